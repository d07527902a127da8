-- What is written to very many at once waits behind what is written to one person: a code for signing in behind a notice to everybody
-- would come after an hour.
alter table mails add column to_many integer not null default 0 check (to_many in (0, 1));

create index mails_due_by_reach on mails (status, to_many, next_at, id);

drop index mails_due;
