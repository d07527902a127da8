-- An accepted quote that can no longer be taken back. Whose it is, the quote says: it may be handed over.
create table orders (
  id integer primary key,
  reference text not null unique,
  quote_id integer not null unique references quotes (id),
  placed_at integer not null,
  -- The day (ISO 8601) and when it was written down.
  delivered_on text check (delivered_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  delivered_at integer,
  check ((delivered_on is null) = (delivered_at is null))
) strict;

-- What was bought, as it was then; the catalogue may have moved on.
create table owned_products (
  order_id integer not null references orders (id),
  -- The id of the quote's line.
  line text not null,
  product text not null,
  sku text not null,
  name text not null,
  options text not null check (json_valid(options)),
  quantity integer not null check (quantity > 0),
  bought_on text not null,
  -- Null when there is no warranty of ours.
  warranty_until text,
  serial_number text,
  primary key (order_id, line)
) strict, without rowid;

create index accepted_quotes on quotes (accepted_at) where status = 'accepted';
