-- What the desk lists, filters and adds up quotes by. It is all in the documents, but reading 100,000 of those takes a second.
alter table quotes add column net integer not null default 0;

alter table quotes add column unpriced integer not null default 0;

create index quotes_in_totals on quotes (status, currency, expires_at, net, owner_id, updated_at);

create index quotes_of_owner_by_status on quotes (owner_id, status, expires_at);

create index quotes_by_change on quotes (updated_at, id);

create index quotes_by_age on quotes (created_at, id);

create index quotes_by_value on quotes (net, id);

create index quotes_by_expiry on quotes (coalesce(expires_at, 9007199254740991), id);

create table quote_products (
  product text not null,
  quote_id integer not null references quotes (id),
  primary key (product, quote_id)
) strict, without rowid;

create index quote_products_of_quote on quote_products (quote_id);

-- Who asks and for what, for the desk's search. What is taken out of it is overwritten.
create virtual table quote_words using fts5(words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

insert into quote_words (quote_words, rank) values ('secure-delete', 1);

-- All of it follows the newest revision, whoever writes it: a draft, until it is sent or given up.
create trigger a_new_revision_is_listed after insert on quote_revisions
begin update quotes set net = new.document ->> 'net', unpriced = new.document ->> 'unpriced' where id = new.quote_id; end;

create trigger a_changed_revision_is_listed after update of document on quote_revisions
begin update quotes set net = new.document ->> 'net', unpriced = new.document ->> 'unpriced' where id = new.quote_id; end;

create trigger an_offer_that_stands_is_listed after update of status on quotes when old.status = 'countered' and new.status = 'sent'
begin
  update quotes set (net, unpriced) =
    (select document ->> 'net', document ->> 'unpriced' from quote_revisions where quote_id = new.id and number = new.revision)
  where id = new.id;
end;

create trigger a_listed_quote_is_found after update of net on quotes
begin
  delete from quote_products where quote_id = new.id;
  insert or ignore into quote_products (product, quote_id)
    select line.value ->> 'product', new.id from quote_revisions r, json_each(r.document, '$.lines') as line
    where r.quote_id = new.id and r.number = (select max(number) from quote_revisions where quote_id = new.id)
      and line.value ->> 'product' is not null;
  delete from quote_words where rowid = new.id;
  insert into quote_words (rowid, words)
    select new.id, concat_ws(' ', new.reference, r.document ->> '$.buyer.name', r.document ->> '$.buyer.company',
      r.document ->> '$.buyer.email', (select group_concat(value ->> 'name', ' ') from json_each(r.document, '$.lines')))
    from quote_revisions r
    where r.quote_id = new.id and r.number = (select max(number) from quote_revisions where quote_id = new.id);
end;

-- Those there are already.
update quotes set (net, unpriced) =
  (select document ->> 'net', document ->> 'unpriced' from quote_revisions r where r.quote_id = quotes.id and r.number = quotes.revision);

-- A way of looking at the pipeline that somebody has given a name: what its address asks for.
create table desk_views (
  id integer primary key,
  owner_id integer not null references users (id),
  name text not null,
  query text not null,
  -- Whether colleagues see it as well. Only its owner changes it.
  shared integer not null default 0 check (shared in (0, 1)),
  created_at integer not null,
  unique (owner_id, name)
) strict;

create index desk_views_that_are_shared on desk_views (shared, name, id);

-- Lines and words that are offered again and again. Words are kept by language; amounts of our own hold in one currency.
create table quote_templates (
  id integer primary key,
  name text not null unique,
  currency text not null check (length(currency) = 3),
  lines text not null check (json_valid(lines)),
  note text not null check (json_valid(note)),
  valid_days integer not null,
  created_by integer not null references users (id),
  created_at integer not null,
  updated_at integer not null
) strict;
