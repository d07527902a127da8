-- What we know of a contact as somebody to sell to. One row for each contact, made from the event log.
create table leads (
  contact_id integer primary key references contacts (id),
  stage text not null default 'new' check (stage in ('new', 'contacted', 'qualified', 'proposal', 'customer', 'lost')),
  -- The member of staff whose lead it is.
  owner_id integer references users (id),
  -- Where they first came from: the word that lists are filtered by, and all that was told of it.
  source text not null default '',
  origin text not null default '{}' check (json_valid(origin)),
  -- What they did, weighed by when: grows with time instead of falling, so that it orders leads rightly at every moment.
  heat real not null default 0,
  next_contact_on text check (next_contact_on glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  next_contact_note text not null default '',
  -- Counts changes, so that two who edit do not overwrite each other.
  version integer not null default 1,
  created_at integer not null,
  updated_at integer not null
) strict;

create index leads_by_stage on leads (stage, created_at desc, contact_id desc);

create index leads_by_age on leads (created_at desc, contact_id desc);

create index leads_by_heat on leads (heat desc, contact_id desc);

create index leads_of_owner on leads (owner_id, next_contact_on);

create index leads_by_source on leads (source, created_at desc);

-- What a contact did, once for each thing it was about: doing it again renews it.
create table lead_acts (
  contact_id integer not null references contacts (id),
  act text not null,
  -- The quote, ticket or booking.
  subject text not null,
  at integer not null,
  primary key (contact_id, act, subject)
) strict, without rowid;

create table lead_notes (
  id integer primary key,
  contact_id integer not null references contacts (id),
  author_name text not null,
  text text not null,
  at integer not null
) strict;

create index lead_notes_of_contact on lead_notes (contact_id, id desc);

-- A file of contacts: first read and judged, then, when somebody says so, taken in row by row.
create table lead_imports (
  id integer primary key,
  token text not null unique,
  by_id integer not null references users (id),
  file_name text not null default '',
  status text not null check (status in ('read', 'running', 'done')),
  conflicts text not null default 'keep' check (conflicts in ('keep', 'overwrite')),
  rows integer not null,
  done integer not null default 0,
  created_at integer not null,
  updated_at integer not null
) strict;

create index lead_imports_running on lead_imports (status, updated_at);

create table lead_import_rows (
  import_id integer not null references lead_imports (id) on delete cascade,
  number integer not null,
  outcome text not null check (outcome in ('new', 'filled', 'same', 'conflict', 'repeated', 'wrong')),
  email text not null,
  -- What the row says, and what is wrong with it or differs from what is known.
  data text not null check (json_valid(data)),
  remarks text not null default '{}' check (json_valid(remarks)),
  primary key (import_id, number)
) strict, without rowid;

-- Everybody who is a contact already.
insert into leads (contact_id, stage, source, created_at, updated_at)
select id, case stage when 'customer' then 'customer' else 'new' end, source, created_at, created_at from contacts;
