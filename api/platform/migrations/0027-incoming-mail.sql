-- Every mail that came in, once, with what became of it. Its bytes are kept as an upload that only staff may read.
create table incoming_mails (
  id integer primary key,
  -- A hash of the sender and the Message-ID, or of the bytes where there is none: the same again is the same mail.
  key text not null unique,
  source text not null check (source in ('webhook', 'imap')),
  received_at integer not null,
  size integer not null,
  message_id text not null,
  from_email text not null,
  from_name text not null,
  -- Addresses, as the mail names them. Who is in copy gets nothing from that.
  recipients text not null check (json_valid(recipients)),
  copies text not null check (json_valid(copies)),
  subject text not null,
  excerpt text not null,
  -- A mail is set aside until the batch that does something with it says so itself.
  state text not null default 'suspended' check (state in ('suspended', 'taken', 'ignored', 'deleted')),
  reason text,
  -- The ticket it names with a mark that was made for somebody, whether or not it came to stand there.
  named text,
  -- Where its words stand.
  reference text,
  message_row integer unique references messages (id),
  -- Whether its sender was sent a receipt.
  confirmed integer not null default 0 check (confirmed in (0, 1)),
  -- The user who released or deleted it.
  settled_by integer references users (id),
  settled_at integer,
  check ((state in ('suspended', 'ignored')) <= (reason is not null))
) strict;

create index incoming_mails_by_state on incoming_mails (state, id desc);

create index incoming_mails_of_sender on incoming_mails (from_email, received_at);

create index incoming_mails_of_ticket on incoming_mails (reference, id) where reference is not null;

create index incoming_mails_confirmed on incoming_mails (received_at) where confirmed = 1;

-- Taken by whoever does something with a mail, in the batch that does it: a second one fails as a whole. `before_message` tells the
-- message of that batch from all others.
create table incoming_mail_effects (
  mail_id integer primary key references incoming_mails (id),
  before_message integer not null
) strict, without rowid;

-- What a mail repeats of the ones before it; shown when asked for.
alter table messages add column quoted text not null default '';

-- One process at a time reads a mailbox. How that goes is shown on the desk.
create table mailboxes (
  name text primary key,
  lease_holder text,
  lease_until integer not null default 0,
  read_at integer,
  failing_since integer,
  error text
) strict, without rowid;

-- Addresses that mail came back from.
create table bounced_addresses (
  email text primary key,
  at integer not null,
  status text not null,
  diagnostic text not null,
  mail_id integer not null references incoming_mails (id)
) strict, without rowid;

create index bounced_addresses_by_age on bounced_addresses (at desc);
