-- When and for what a member of staff can be booked; who has no row keeps the company's opening hours and takes every kind.
create table staff_calendars (
  user_id integer primary key references users (id),
  -- Hours by weekday, as in company.yaml.
  hours text check (hours is null or json_valid(hours)),
  -- The ids of the kinds of appointment they take.
  kinds text check (kinds is null or json_valid(kinds)),
  -- Where their video calls are held.
  meeting_url text not null default '',
  updated_at integer not null
) strict;

create table absences (
  id integer primary key,
  user_id integer not null references users (id),
  starts_at integer not null,
  ends_at integer not null,
  note text not null default '',
  created_at integer not null,
  check (starts_at < ends_at)
) strict;

create index absences_of_member on absences (user_id, ends_at);

create table bookings (
  id integer primary key,
  reference text not null unique,
  contact_id integer not null references contacts (id),
  -- An id of appointments.yaml.
  kind text not null,
  member_id integer not null references users (id),
  starts_at integer not null,
  ends_at integer not null,
  -- What the member needs before and after it.
  buffer_ms integer not null default 0 check (buffer_ms >= 0),
  status text not null check (status in ('booked', 'cancelled', 'held', 'missed')),
  -- Counts every change of time, and the cancellation, as calendars do (RFC 5545, SEQUENCE).
  sequence integer not null default 0,
  -- When the reminder goes out; null when none is owed any more.
  remind_at integer,
  -- As it was typed.
  name text not null,
  phone text not null default '',
  address text not null default '',
  words text not null default '',
  product text,
  locale text not null check (locale in ('en', 'da')),
  time_zone text not null,
  -- Why it was moved or cancelled, by whoever did it last.
  note text not null default '',
  created_at integer not null,
  updated_at integer not null,
  check (starts_at < ends_at)
) strict;

create index bookings_of_member on bookings (member_id, ends_at) where status = 'booked';

create index bookings_by_time on bookings (status, starts_at, id);

create index bookings_of_contact on bookings (contact_id, starts_at, id);

create index bookings_to_remind on bookings (remind_at) where remind_at is not null;

-- Nobody is in two places at once. What writes a booking asks first; this holds whoever forgets to.
create trigger a_member_is_booked_once before insert on bookings when new.status = 'booked' and exists (
  select 1 from bookings other
  where other.member_id = new.member_id and other.status = 'booked'
    and other.ends_at > new.starts_at - 86400000
    and other.starts_at < new.ends_at + max(new.buffer_ms, other.buffer_ms)
    and other.ends_at > new.starts_at - max(new.buffer_ms, other.buffer_ms))
begin select raise(abort, 'this member of staff is booked at that time'); end;

create trigger a_member_is_moved_to_where_free before update of member_id, starts_at, ends_at, buffer_ms, status on bookings
when new.status = 'booked' and exists (
  select 1 from bookings other
  where other.id <> new.id and other.member_id = new.member_id and other.status = 'booked'
    and other.ends_at > new.starts_at - 86400000
    and other.starts_at < new.ends_at + max(new.buffer_ms, other.buffer_ms)
    and other.ends_at > new.starts_at - max(new.buffer_ms, other.buffer_ms))
begin select raise(abort, 'this member of staff is booked at that time'); end;
