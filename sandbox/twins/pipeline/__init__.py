"""The pipeline: builds and deployments, in GitLab's words."""
