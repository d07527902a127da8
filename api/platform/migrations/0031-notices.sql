-- What is written at the desk to tell customers; what stands in content files is told in the same way, and is not in here.
create table notices (
  id integer primary key,
  reference text not null unique,
  kind text not null check (kind in ('incident', 'maintenance', 'recall', 'news')),
  status text not null check (status in ('draft', 'published', 'ended')),
  revision integer not null default 1,
  -- Markdown. A draft may lack a language; what is published has both.
  title_en text not null default '',
  title_da text not null default '',
  text_en text not null default '',
  text_da text not null default '',
  article text,
  audience text not null check (audience in ('all', 'owners', 'region', 'site')),
  products text not null default '[]' check (json_valid(products)),
  -- "7100", or "7000-7999".
  postcodes text not null default '[]' check (json_valid(postcodes)),
  site text,
  by_mail integer not null default 0 check (by_mail in (0, 1)),
  -- When what it tells of begins and is to end, if that is known.
  starts_at integer,
  ends_at integer,
  published_at integer,
  ended_at integer,
  created_by integer not null references users (id),
  created_at integer not null,
  updated_at integer not null,
  check (status = 'draft' or published_at is not null),
  check ((status = 'ended') = (ended_at is not null))
) strict;

create index notices_by_status on notices (status, published_at desc, id desc);

create index notices_by_change on notices (updated_at desc, id desc);

create table notice_updates (
  id integer primary key,
  notice_id integer not null references notices (id),
  state text not null check (state in ('investigating', 'identified', 'watching', 'solved')),
  text_en text not null,
  text_da text not null,
  at integer not null
) strict;

create index updates_of_notice on notice_updates (notice_id, at desc, id desc);

-- Those of content files that are told by mail: each once.
create table announced_notices (
  slug text primary key,
  at integer not null
) strict, without rowid;

-- Who is mailed when something does not work, and has said so from their own mailbox.
create table status_subscribers (
  email text primary key check (email = lower(email)),
  locale text not null check (locale in ('en', 'da')),
  -- '' for everywhere.
  postcode text not null default '',
  since integer not null
) strict, without rowid;

create table status_requests (
  id integer primary key,
  email text not null check (email = lower(email)),
  locale text not null check (locale in ('en', 'da')),
  postcode text not null default '',
  -- Made when the mail is sent.
  token_hash text unique,
  at integer not null,
  used_at integer
) strict;

create index status_requests_of on status_requests (email, at);
