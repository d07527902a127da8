-- How many tickets stand where and whose they are (0: nobody's). Counting a million of them for every look at the inbox takes too long.
create table ticket_tallies (
  status text not null,
  assignee_id integer not null,
  n integer not null,
  primary key (status, assignee_id)
) strict, without rowid;

insert into ticket_tallies (status, assignee_id, n)
select status, coalesce(assignee_id, 0), count(*) from tickets group by 1, 2;

create trigger a_new_ticket_is_tallied after insert on tickets
begin
  insert into ticket_tallies (status, assignee_id, n) values (new.status, coalesce(new.assignee_id, 0), 1)
    on conflict (status, assignee_id) do update set n = n + 1;
end;

create trigger a_moved_ticket_is_tallied_anew after update of status, assignee_id on tickets
when old.status is not new.status or old.assignee_id is not new.assignee_id
begin
  update ticket_tallies set n = n - 1 where status = old.status and assignee_id = coalesce(old.assignee_id, 0);
  insert into ticket_tallies (status, assignee_id, n) values (new.status, coalesce(new.assignee_id, 0), 1)
    on conflict (status, assignee_id) do update set n = n + 1;
end;

create trigger a_deleted_ticket_is_tallied_no_more after delete on tickets
begin
  update ticket_tallies set n = n - 1 where status = old.status and assignee_id = coalesce(old.assignee_id, 0);
end;

-- Two filters that are often used together have an index of their own; the queue stands in it to be looked at without the ticket.
create index tickets_by_assignee_and_kind on tickets (assignee_id, kind, status, updated_at desc, reference desc, queue);

create index tickets_by_team_and_kind on tickets (team, kind, status, updated_at desc, reference desc, queue);

create index tickets_by_team_and_assignee on tickets (team, assignee_id, status, updated_at desc, reference desc, queue);
