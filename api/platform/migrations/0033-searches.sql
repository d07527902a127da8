-- What visitors looked for, once they had settled on it. Who it was cannot be told: `visitor` is a hash under a salt of one day.
create table searches (
  id integer primary key,
  at integer not null,
  visitor text not null,
  locale text not null check (locale in ('en', 'da')),
  place text not null check (place in ('portal', 'widget', 'ticket')),
  -- In small letters, without what looks like an address or a number of somebody's.
  text text not null,
  -- The stems of its telling words, in order: what is alike in them was asked alike.
  meaning text not null,
  hits integer not null,
  -- The share of those words that the best answers hold.
  fit real not null,
  -- The page of ours that was opened of what was found.
  answer text,
  answered_at integer,
  -- The case that the same visitor opened within a day.
  ticket text,
  ticket_at integer
) strict;

create index searches_of_visitor on searches (visitor, at);

create index searches_by_time on searches (at);

create index searches_before_ticket on searches (ticket) where ticket is not null;

-- Forgotten after two days, and with it whatever could tie a visitor's days together or to an address.
create table search_salts (
  day text primary key,
  salt text not null
) strict, without rowid;

-- Words that staff has found to mean the same, beside those of content/synonyms.yaml. Taking one back keeps the row.
create table added_synonyms (
  id integer primary key,
  locale text not null check (locale in ('en', 'da')),
  words text not null check (json_valid(words)),
  added_by integer not null references users (id),
  added_at integer not null,
  removed_at integer
) strict;

-- Articles begun from what nobody found, for staff to finish in content/articles. Customers never see one.
create table article_drafts (
  id integer primary key,
  slug text not null,
  questions text not null check (json_valid(questions)),
  en text not null,
  da text not null,
  begun_by integer not null references users (id),
  begun_at integer not null,
  removed_at integer
) strict;

create index article_feedback_by_time on article_feedback (at);
