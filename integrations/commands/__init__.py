"""What `yardmaster` can be told to do on a command line; a module a command, imported only when it is called."""
