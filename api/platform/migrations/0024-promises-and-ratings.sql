-- The hour of the week (0 is Monday from midnight, by the company's clock) in which a case was opened, and how long the company was open until
-- its first answer: what is promised to the next one who writes at that hour is measured from these.
alter table tickets add column opened_hour integer check (opened_hour between 0 and 167);

alter table tickets add column first_response_open_ms integer;

-- By when the customer was told to hear from us, and how many cases that was measured over.
alter table tickets add column promised_at integer;

alter table tickets add column promise_cases integer not null default 0;

-- Since when the customer has been silent after our question, and how often we have asked again.
alter table tickets add column waiting_since integer;

alter table tickets add column nudges integer not null default 0;

alter table tickets add column escalation text check (escalation in ('near', 'late', 'staff'));

-- When the customer was asked how we did; cases from before are not asked about any more.
alter table tickets add column rating_asked_at integer;

update tickets set waiting_since = updated_at where status = 'waiting';

update tickets set rating_asked_at = updated_at where status in ('resolved', 'closed');

drop index tickets_waiting;

create index tickets_waiting on tickets (waiting_since) where status = 'waiting';

create index tickets_by_hour on tickets (opened_hour, created_at desc) where first_response_open_ms is not null;

create index tickets_not_asked on tickets (resolved_at) where status = 'resolved' and rating_asked_at is null;

-- One answer to one question. What was changed within its day is not kept.
create table ratings (
  ticket text primary key references tickets (reference),
  score integer not null check (score between 1 and 5),
  comment text not null default '',
  locale text not null check (locale in ('en', 'da')),
  given_at integer not null,
  changed_at integer not null
) strict;

create index ratings_by_time on ratings (given_at);

-- What the link in that mail opens: this question about this case, and nothing else.
create table rating_links (
  token_hash text primary key,
  ticket text not null references tickets (reference),
  expires_at integer not null
) strict;
