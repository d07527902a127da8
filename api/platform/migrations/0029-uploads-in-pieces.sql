-- A file on its way in pieces, which may stop and go on. With its last byte it becomes a row of `uploads` of the same id.
create table partial_uploads (
  id text primary key,
  owner text not null,
  sender text not null,
  purpose text not null check (purpose in ('quote', 'message')),
  name text not null,
  -- The type that the sender says it has.
  declared text not null,
  length integer not null check (length > 0),
  received integer not null default 0 check (received between 0 and length),
  created_at integer not null,
  -- Whole, refused or taken back. The row stays until the bytes of its pieces may go.
  ended_at integer
) strict, without rowid;

create index partial_uploads_of_owner on partial_uploads (owner, purpose) where ended_at is null;

create index partial_uploads_of_sender on partial_uploads (sender) where ended_at is null;

create index partial_uploads_by_age on partial_uploads (created_at);

create table upload_pieces (
  upload_id text not null references partial_uploads (id) on delete cascade,
  position integer not null,
  size integer not null,
  sha256 text not null,
  primary key (upload_id, position)
) strict, without rowid;

create index upload_pieces_with_bytes on upload_pieces (sha256);

-- What a message came with.
create index uploads_of_message on uploads (message_id) where message_id is not null;
