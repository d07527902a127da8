-- A file that somebody has sent. Its bytes are in the file store under `sha256`, once for all who have sent the same.
create table uploads (
  id text primary key,
  -- Whose it is until it is attached: "contact:7", "user:3", or "guest:" and the hash of a browser's token.
  owner text not null,
  -- Whom the day's limit counts: the owner when signed in, otherwise a keyed hash of the address.
  sender text not null,
  purpose text not null check (purpose in ('quote', 'message')),
  sha256 text not null,
  name text not null,
  type text not null,
  size integer not null,
  created_at integer not null,
  -- Taken back before it was attached. The row stays for a day, so that the day's limit still counts it.
  removed_at integer,
  -- The reference of what it belongs to, and the message that it came with, if any.
  attached_to text,
  message_id integer,
  -- Only staff may see it: it came with a note.
  internal integer not null default 0 check (internal in (0, 1)),
  check (attached_to is null or removed_at is null)
) strict, without rowid;

create index uploads_of_owner on uploads (owner, purpose, created_at) where attached_to is null and removed_at is null;

create index uploads_of_sender on uploads (sender, created_at);

create index uploads_of_subject on uploads (attached_to, created_at, id) where attached_to is not null;

create index uploads_unattached on uploads (created_at) where attached_to is null;

create index uploads_with_bytes on uploads (sha256);

-- What somebody would like a quote for, before they ask. `lines` are as they were typed; owners are as of uploads.
create table quote_lists (
  owner text primary key,
  lines text not null check (json_valid(lines)),
  version integer not null,
  updated_at integer not null
) strict, without rowid;

create index quote_lists_by_age on quote_lists (updated_at);
