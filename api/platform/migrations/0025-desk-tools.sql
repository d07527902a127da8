-- Staff who may look at everything and change nothing.
alter table users add column read_only integer not null default 0 check (read_only in (0, 1));

create table ticket_tags (
  ticket_id integer not null references tickets (id),
  tag text not null,
  primary key (ticket_id, tag)
) strict, without rowid;

create index tickets_by_tag on ticket_tags (tag, ticket_id);

-- Staff who want to see a case in a list of their own, whosever it is.
create table ticket_watchers (
  ticket_id integer not null references tickets (id),
  user_id integer not null references users (id),
  primary key (ticket_id, user_id)
) strict, without rowid;

create index tickets_watched_by on ticket_watchers (user_id, ticket_id);

-- A reminder of one member of staff. It does nothing to the case.
create table ticket_snoozes (
  user_id integer not null references users (id),
  ticket_id integer not null references tickets (id),
  until integer not null,
  note text not null default '',
  primary key (user_id, ticket_id)
) strict, without rowid;

create index ticket_snoozes_due on ticket_snoozes (user_id, until);

create index ticket_snoozes_of on ticket_snoozes (ticket_id);

-- Replies that are written again and again; words are kept by language, with gaps such as {name}.
create table macros (
  id integer primary key,
  name text not null unique,
  text text not null check (json_valid(text)),
  -- What becomes of the case when it is sent, and what it is marked with.
  move text check (move in ('wait', 'hold', 'resolve')),
  tag text not null default '',
  created_by integer not null references users (id),
  updated_at integer not null
) strict;

-- Replies that wait for a moment in which they can be taken back. The clock sends them; each once, whoever sends.
create table outgoing_replies (
  id integer primary key,
  ticket_id integer not null references tickets (id),
  user_id integer not null references users (id),
  text text not null,
  move text check (move in ('wait', 'hold', 'resolve')),
  -- Of `hold`: when the clock takes the case up again.
  hold_until integer,
  -- Files that were sent before, by their ids, and whose they are.
  uploads text not null default '[]' check (json_valid(uploads)),
  uploader text not null default '',
  send_at integer not null,
  sent_at integer,
  undone_at integer,
  -- Why it could not be sent, as a type of problem.
  failed text
) strict;

create index outgoing_replies_due on outgoing_replies (send_at) where sent_at is null and undone_at is null and failed is null;

create index outgoing_replies_of on outgoing_replies (ticket_id, id);

-- The batch that sends a reply marks it first, and that that takes it back too: the second of them ends here, with all it would have done.
create trigger a_reply_leaves_once before update of sent_at, undone_at on outgoing_replies
when old.sent_at is not null or old.undone_at is not null
begin select raise(abort, 'this reply is gone already'); end;

-- Who looks at a case, or types in it, for as long as they say so every few seconds; and for how long they have worked in it.
create table ticket_presence (
  ticket_id integer not null references tickets (id),
  user_id integer not null references users (id),
  typing integer not null check (typing in (0, 1)),
  seen_at integer not null,
  active_ms integer not null,
  primary key (ticket_id, user_id)
) strict, without rowid;

create index ticket_presence_by_age on ticket_presence (seen_at);
