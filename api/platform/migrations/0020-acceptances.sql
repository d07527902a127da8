-- The log of what was accepted and taken back: each entry names the one before it by its hash, so that none can be changed, left
-- out or put in between unnoticed. `entry` is canonical JSON (RFC 8785) and holds nothing personal but a hash of it; what is
-- personal stands beside it and can be forgotten without breaking the chain.
create table acceptances (
  id integer primary key,
  quote_id integer not null references quotes (id),
  revision integer not null,
  kind text not null check (kind in ('accepted', 'undone')),
  document_hash text not null,
  entry text not null check (json_valid(entry)),
  hash text not null unique,
  -- Only one entry can follow another.
  previous text not null unique,
  document text check (json_valid(document)),
  person text check (json_valid(person)),
  at integer not null
) strict;

create index acceptances_of_quote on acceptances (quote_id, id);

create index acceptances_of_document on acceptances (document_hash, id);

create trigger an_acceptance_is_never_changed before update on acceptances
when not (
  new.id = old.id and new.quote_id = old.quote_id and new.revision = old.revision and new.kind = old.kind
  and new.document_hash = old.document_hash and new.entry = old.entry and new.hash = old.hash and new.previous = old.previous
  and new.at = old.at and new.document is null and new.person is null
)
begin select raise(abort, 'an acceptance is never changed'); end;

create trigger an_acceptance_is_never_deleted before delete on acceptances
begin select raise(abort, 'an acceptance is never deleted'); end;
