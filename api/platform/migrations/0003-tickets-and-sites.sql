-- A place where the widget is embedded.
create table sites (
  id integer primary key,
  key text not null unique,
  name text not null,
  origins text not null check (json_valid(origins)),
  locale text not null check (locale in ('en', 'da')),
  created_at integer not null
) strict;

create table visitors (
  id integer primary key,
  site_id integer not null references sites (id),
  token_hash text not null unique,
  -- What they say of themselves; proven by nothing, it gives no rights.
  name text not null default '',
  email text not null default '',
  -- Where they last wrote from.
  page_url text not null default '',
  page_title text not null default '',
  created_at integer not null,
  seen_at integer not null
) strict;

create table tickets (
  id integer primary key,
  reference text not null unique,
  -- Who has the case: a contact, or a visitor of the widget who has not said who they are.
  contact_id integer references contacts (id),
  visitor_id integer references visitors (id),
  channel text not null check (channel in ('web', 'chat', 'mail', 'desk')),
  kind text not null check (kind in ('question', 'problem', 'complaint', 'return')),
  subject text not null,
  locale text not null check (locale in ('en', 'da')),
  product text,
  article text,
  status text not null check (status in ('new', 'open', 'waiting', 'hold', 'resolved', 'closed', 'merged', 'spam')),
  created_at integer not null,
  updated_at integer not null,
  first_response_at integer,
  first_response_due_at integer not null,
  resolved_at integer,
  reopened integer not null default 0,
  follows text references tickets (reference),
  -- The member of staff whose case it is.
  assignee_id integer references users (id),
  -- What a visitor says of themselves. Nobody has checked it: it gives no rights and gets no mail.
  said_name text not null default '',
  said_email text not null default '',
  check (contact_id is not null or visitor_id is not null)
) strict;

create index tickets_of_contact on tickets (contact_id, updated_at desc, reference desc);

create index tickets_of_visitor on tickets (visitor_id, updated_at desc, reference desc);

create index tickets_by_status on tickets (status, updated_at desc, reference desc);

create table messages (
  id integer primary key,
  ticket_id integer not null references tickets (id),
  -- Counts what the customer sees, from 1. A note among staff has none, so no gap tells of it.
  number integer,
  author text not null check (author in ('customer', 'staff')),
  author_name text not null,
  internal integer not null default 0 check (internal in (0, 1)),
  text text not null,
  at integer not null,
  unique (ticket_id, number),
  check ((number is null) = (internal = 1))
) strict;

create index messages_of_ticket on messages (ticket_id, id);

create table article_feedback (
  id integer primary key,
  article text not null,
  locale text not null,
  helpful integer not null check (helpful in (0, 1)),
  comment text not null default '',
  voter_hash text not null,
  at integer not null,
  unique (article, locale, voter_hash)
) strict;
