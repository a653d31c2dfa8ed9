CREATE UNIQUE INDEX cards_of_batches ON cards (request, place) WHERE request LIKE 'batch:%';
