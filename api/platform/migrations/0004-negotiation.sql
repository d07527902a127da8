-- Quotes in any currency, with an owner at the desk and with what the buyer has chosen of the offer. SQLite cannot change a check,
-- so the table is made anew, and its children with it, so that no reference is ever broken.
create table new_quotes (
  id integer primary key,
  reference text not null unique,
  contact_id integer not null references contacts (id),
  locale text not null check (locale in ('en', 'da')),
  -- ISO 4217.
  currency text not null check (length(currency) = 3),
  status text not null check (status in
    ('requested', 'pricing', 'needs-info', 'approval', 'sent', 'countered', 'accepted', 'declined', 'withdrawn', 'refused', 'expired')),
  -- The revision last sent; 0 before any was.
  revision integer not null default 0,
  need text not null default '',
  created_at integer not null,
  updated_at integer not null,
  expires_at integer,
  viewed_at integer,
  accepted_revision integer,
  accepted_by text,
  accepted_at integer,
  accepted_hash text,
  decline_reason text,
  decline_text text,
  -- The member of staff whose quote it is.
  owner_id integer references users (id),
  -- By line: which optional ones are taken, and how many where the buyer may say. Of the current revision only.
  choices text not null default '{}' check (json_valid(choices)),
  check ((status = 'accepted') = (accepted_at is not null))
) strict;

insert into new_quotes (id, reference, contact_id, locale, currency, status, revision, need, created_at, updated_at, expires_at,
  viewed_at, accepted_revision, accepted_by, accepted_at, accepted_hash, decline_reason, decline_text)
select id, reference, contact_id, locale, currency, status, revision, need, created_at, updated_at, expires_at,
  viewed_at, accepted_revision, accepted_by, accepted_at, accepted_hash, decline_reason, decline_text
from quotes;

create table new_quote_revisions (
  quote_id integer not null references new_quotes (id),
  number integer not null,
  document text not null check (json_valid(document)),
  hash text not null,
  created_by text not null,
  created_at integer not null,
  sent_at integer,
  primary key (quote_id, number)
) strict, without rowid;

insert into new_quote_revisions (quote_id, number, document, hash, created_by, created_at, sent_at)
select quote_id, number, document, hash, created_by, created_at, sent_at from quote_revisions;

create table new_quote_messages (
  id integer primary key,
  quote_id integer not null references new_quotes (id),
  -- Of the line it is about; null when it is about the whole.
  line_id text,
  author text not null check (author in ('customer', 'staff')),
  author_name text not null,
  internal integer not null default 0 check (internal in (0, 1)),
  text text not null,
  at integer not null
) strict;

insert into new_quote_messages (id, quote_id, author, author_name, internal, text, at)
select id, quote_id, author, author_name, internal, text, at from quote_messages;

drop table quote_messages;

drop table quote_revisions;

drop table quotes;

alter table new_quotes rename to quotes;

alter table new_quote_revisions rename to quote_revisions;

alter table new_quote_messages rename to quote_messages;

create index quotes_of_contact on quotes (contact_id, created_at desc, id desc);

create index quotes_by_status on quotes (status, updated_at, id);

create index quotes_of_owner on quotes (owner_id, updated_at, id);

create index quote_messages_of_quote on quote_messages (quote_id, id);

create trigger a_sent_revision_is_frozen before update on quote_revisions when old.sent_at is not null
begin select raise(abort, 'a sent revision is frozen'); end;

-- What the customer asked for instead of an offer: one row each time, by line and term.
create table quote_counters (
  id integer primary key,
  quote_id integer not null references quotes (id),
  -- The revision it answers.
  revision integer not null,
  lines text not null check (json_valid(lines)),
  text text not null default '',
  author_name text not null,
  at integer not null
) strict;

create index quote_counters_of_quote on quote_counters (quote_id, id);
