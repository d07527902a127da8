-- SQLite cannot change a check, so the table is made again. Its rows step aside into a copy and come back under the same name: what refers
-- to them (messages, product_questions, tickets that follow tickets) is checked when the migration commits, and finds every one again.
pragma defer_foreign_keys = on;

create table tickets_aside as select * from tickets;

drop table tickets;

create table tickets (
  id integer primary key,
  reference text not null unique,
  -- Who has the case: a contact, or a visitor of the widget who has not said who they are.
  contact_id integer references contacts (id),
  visitor_id integer references visitors (id),
  organisation_id integer references organisations (id),
  -- How it came. Each message says its own, since a case may go on elsewhere.
  channel text not null check (channel in ('web', 'chat', 'mail', 'desk', 'phone')),
  -- One of content/ticket-kinds.yaml; `fields` holds the answers to the form of that kind, by the names of its fields.
  kind text not null,
  fields text not null default '{}' check (json_valid(fields)),
  queue text not null default 'service' check (queue in ('service', 'sales')),
  team text,
  subject text not null,
  locale text not null check (locale in ('en', 'da')),
  product text,
  serial_number text,
  article text,
  status text not null check (status in ('new', 'open', 'waiting', 'hold', 'resolved', 'closed', 'merged', 'spam')),
  created_at integer not null,
  updated_at integer not null,
  first_response_at integer,
  first_response_due_at integer not null,
  -- Null for cases from before there was such a time.
  resolution_due_at integer,
  -- Since when both times stand still: while the customer is waited for, and on hold.
  paused_at integer,
  -- When the clock takes it off hold; null when only staff does.
  hold_until integer,
  escalated_at integer,
  resolved_at integer,
  reopened integer not null default 0,
  follows text references tickets (reference),
  merged_into text references tickets (reference),
  -- The member of staff whose case it is.
  assignee_id integer references users (id),
  -- What a visitor says of themselves. Nobody has checked it: it gives no rights and gets no mail.
  said_name text not null default '',
  said_email text not null default '',
  check (contact_id is not null or visitor_id is not null),
  check (status <> 'merged' or merged_into is not null)
) strict;

-- Nothing could be merged before now; a case that says so all the same is open again.
insert into tickets (id, reference, contact_id, visitor_id, organisation_id, channel, kind, queue, subject, locale, product, article, status,
  created_at, updated_at, first_response_at, first_response_due_at, resolved_at, reopened, follows, assignee_id, said_name, said_email)
select id, reference, contact_id, visitor_id, organisation_id, channel, kind, queue, subject, locale, product, article,
  case status when 'merged' then 'open' else status end,
  created_at, updated_at, first_response_at, first_response_due_at, resolved_at, reopened, follows, assignee_id, said_name, said_email
from tickets_aside;

drop table tickets_aside;

-- Each list reads its rows in order from one index: a million cases are as quick as ten.
create index tickets_of_contact on tickets (contact_id, updated_at desc, reference desc);

create index tickets_of_visitor on tickets (visitor_id, updated_at desc, reference desc);

create index tickets_of_organisation on tickets (organisation_id, updated_at desc, reference desc);

create index tickets_by_time on tickets (updated_at desc, reference desc);

create index tickets_by_status on tickets (status, updated_at desc, reference desc);

create index tickets_by_queue on tickets (queue, status, updated_at desc, reference desc);

create index tickets_by_team on tickets (team, status, updated_at desc, reference desc);

create index tickets_by_assignee on tickets (assignee_id, status, updated_at desc, reference desc);

create index tickets_by_kind on tickets (kind, status, updated_at desc, reference desc);

-- What the clock looks for.
create index tickets_on_hold on tickets (hold_until) where status = 'hold';

create index tickets_waiting on tickets (paused_at) where status = 'waiting';

create index tickets_resolved on tickets (resolved_at) where status = 'resolved';

create index tickets_unanswered on tickets (first_response_due_at) where first_response_at is null and status in ('new', 'open');

create index tickets_unsolved on tickets (resolution_due_at) where status in ('new', 'open');

create index tickets_escalated on tickets (escalated_at desc) where escalated_at is not null;

create index tickets_following on tickets (follows) where follows is not null;

create index tickets_merged on tickets (merged_into) where merged_into is not null;

create index tickets_opened on tickets (created_at);

-- How this one came, and whether it was said on the telephone and written down afterwards.
alter table messages add column channel text not null default 'web' check (channel in ('web', 'chat', 'mail', 'desk', 'phone'));

alter table messages add column kind text not null default 'message' check (kind in ('message', 'call'));

-- Cases that belong together. Of a split, `a` is where the words stood first; of what is alike, `a` has the lesser reference.
create table ticket_links (
  a text not null references tickets (reference),
  b text not null references tickets (reference),
  kind text not null check (kind in ('related', 'split')),
  primary key (a, b),
  check (a <> b)
) strict;

create index ticket_links_back on ticket_links (b);
