-- What is known of an offer's silence, made from the event log; `stopped_at` and `not_before` alone are staff's own.
create table follow_ups (
  reference text primary key references quotes (reference),
  contact_id integer not null references contacts (id),
  revision integer not null,
  sent_at integer not null,
  viewed_at integer,
  expires_at integer,
  -- Whether it is for the customer to answer.
  is_open integer not null check (is_open in (0, 1)),
  -- Any word of the customer's since it was sent ends the reminders; `asked_for` is the moment they asked to be asked again.
  spoken_at integer,
  asked_for integer,
  accepted_at integer,
  delivery_on text,
  stopped_at integer,
  not_before integer,
  -- When something may be due. Only a hint for the job, which works it out anew.
  next_at integer
) strict, without rowid;

create index follow_ups_due on follow_ups (next_at) where next_at is not null;

-- Each reminder once, however many processes look for what is due.
create table reminders (
  reference text not null references quotes (reference),
  revision integer not null,
  kind text not null check (kind in ('not-viewed', 'viewed', 'expiring', 'asked', 'check-in')),
  step integer not null,
  at integer not null,
  -- `unwanted`: they have unsubscribed, and nothing was sent.
  outcome text not null check (outcome in ('due', 'unwanted')),
  primary key (reference, revision, kind, step)
) strict, without rowid;

create table reminder_answers (
  id integer primary key,
  reference text not null references quotes (reference),
  revision integer not null,
  answer text not null check (answer in ('later', 'not-now', 'fine', 'something')),
  reason text not null default '',
  later_on text,
  text text not null default '',
  at integer not null
) strict;

create index reminder_answers_of_quote on reminder_answers (reference, id desc);

-- The mails that somebody does not want. What is not here is sent.
create table mail_preferences (
  email text not null check (email = lower(email)),
  kind text not null check (kind in ('reminders', 'check-ins', 'news')),
  unsubscribed_at integer not null,
  primary key (email, kind)
) strict, without rowid;

-- What the link in a mail opens: that address's choice of mails, and nothing else.
create table mail_preference_links (
  token_hash text primary key,
  email text not null,
  created_at integer not null
) strict, without rowid;

create index mail_preference_links_by_age on mail_preference_links (created_at);
