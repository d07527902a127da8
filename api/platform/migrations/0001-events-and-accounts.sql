create table events (
  id integer primary key autoincrement,
  at integer not null,
  kind text not null,
  subject text not null,
  actor text not null,
  data text not null default '{}' check (json_valid(data))
) strict;

create index events_of_subject on events (subject, id);

create index events_of_kind on events (kind, id);

-- How far each subscriber has read the events, and until when the process that reads for it may be trusted to be alive.
create table subscribers (
  name text primary key,
  cursor integer not null default 0,
  lease_holder text,
  lease_until integer not null default 0
) strict;

create table contacts (
  id integer primary key,
  email text not null unique check (email = lower(email)),
  name text not null default '',
  company text not null default '',
  phone text not null default '',
  locale text not null check (locale in ('en', 'da')),
  stage text not null default 'lead' check (stage in ('lead', 'customer')),
  source text not null default '',
  email_verified_at integer,
  created_at integer not null
) strict;

-- Who can sign in: a contact, or a member of staff.
create table users (
  id integer primary key,
  contact_id integer unique references contacts (id),
  email text not null unique check (email = lower(email)),
  name text not null default '',
  role text not null check (role in ('customer', 'agent', 'admin')),
  locale text not null check (locale in ('en', 'da')),
  password_hash text,
  disabled_at integer,
  created_at integer not null,
  check ((role = 'customer') = (contact_id is not null))
) strict;

create table sessions (
  id text primary key,
  user_id integer not null references users (id) on delete cascade,
  created_at integer not null,
  expires_at integer not null,
  ends_at integer not null,
  device text not null default ''
) strict, without rowid;

create index sessions_of_user on sessions (user_id);

-- A request for a sign-in code. The code is made when its mail is sent and kept as a hash; it works in the browser that asked.
create table sign_in_requests (
  id integer primary key,
  email text not null,
  locale text not null,
  browser_hash text not null,
  code_hash text,
  attempts integer not null default 0,
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict;

create index sign_in_requests_of_email on sign_in_requests (email, created_at);

create unique index sign_in_requests_of_browser on sign_in_requests (browser_hash);

-- The one-time link for the first member of staff.
create table setup_links (
  token_hash text primary key,
  expires_at integer not null,
  used_at integer
) strict, without rowid;

create table access_links (
  token_hash text primary key,
  subject text not null,
  contact_id integer not null references contacts (id),
  created_at integer not null,
  expires_at integer not null,
  revoked_at integer
) strict, without rowid;

create index access_links_of_subject on access_links (subject);

create table idempotency (
  scope text not null,
  key text not null,
  request_hash text not null,
  state text not null check (state in ('running', 'done', 'answered')),
  answer text,
  at integer not null,
  primary key (scope, key)
) strict, without rowid;

create index idempotency_by_age on idempotency (at);

-- One mail per event and recipient. The text is rendered when it is sent, so no token is ever stored.
create table mails (
  id integer primary key,
  event_id integer not null references events (id),
  recipient text not null,
  locale text not null,
  template text not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'parked')),
  attempts integer not null default 0,
  next_at integer not null,
  sent_at integer,
  error text,
  unique (event_id, recipient, template)
) strict;

create index mails_due on mails (status, next_at);
