create table quotes (
  id integer primary key,
  reference text not null unique,
  contact_id integer not null references contacts (id),
  locale text not null check (locale in ('en', 'da')),
  currency text not null check (currency in ('DKK', 'EUR')),
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
  check ((status = 'accepted') = (accepted_at is not null))
) strict;

create index quotes_of_contact on quotes (contact_id, created_at desc, id desc);

create index quotes_by_status on quotes (status, updated_at desc, id desc);

-- Revision 0 is what the customer asked for. `document` is canonical JSON (RFC 8785); once sent it never changes.
create table quote_revisions (
  quote_id integer not null references quotes (id),
  number integer not null,
  document text not null check (json_valid(document)),
  hash text not null,
  created_by text not null,
  created_at integer not null,
  sent_at integer,
  primary key (quote_id, number)
) strict, without rowid;

create trigger a_sent_revision_is_frozen before update on quote_revisions when old.sent_at is not null
begin select raise(abort, 'a sent revision is frozen'); end;

create table quote_messages (
  id integer primary key,
  quote_id integer not null references quotes (id),
  author text not null check (author in ('customer', 'staff')),
  author_name text not null,
  internal integer not null default 0 check (internal in (0, 1)),
  text text not null,
  at integer not null
) strict;

create index quote_messages_of_quote on quote_messages (quote_id, id);
