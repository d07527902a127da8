-- A case is found by its own words and by those of its customer, in one look that begins with the newest and ends when there is enough.
drop trigger a_new_ticket_is_found;

drop trigger a_changed_ticket_is_found;

drop table ticket_words;

create virtual table ticket_words using fts5(words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

insert into ticket_words (ticket_words, rank) values ('secure-delete', 1);

create view words_of_tickets as
select t.id, t.contact_id,
  concat_ws(' ', t.reference, t.subject, t.serial_number, t.said_name, t.said_email, c.name, c.company, c.email, c.phone) as words
from tickets t left join contacts c on c.id = t.contact_id;

create trigger a_new_ticket_is_found after insert on tickets
begin insert into ticket_words (rowid, words) select id, words from words_of_tickets where id = new.id; end;

create trigger a_changed_ticket_is_found after update of subject, serial_number, said_name, said_email, contact_id on tickets
begin
  delete from ticket_words where rowid = new.id;
  insert into ticket_words (rowid, words) select id, words from words_of_tickets where id = new.id;
end;

create trigger tickets_of_a_changed_contact_are_found after update of name, company, email, phone on contacts
when concat_ws(' ', old.name, old.company, old.email, old.phone) <> concat_ws(' ', new.name, new.company, new.email, new.phone)
begin
  delete from ticket_words where rowid in (select id from tickets where contact_id = new.id);
  insert into ticket_words (rowid, words) select id, words from words_of_tickets where contact_id = new.id;
end;

insert into ticket_words (rowid, words) select id, words from words_of_tickets order by id;

-- Which words there are, each behind the one before: those that begin as somebody types.
create virtual table ticket_vocabulary using fts5vocab(ticket_words, instance);

create virtual table contact_vocabulary using fts5vocab(contact_words, instance);

-- A tag says of its case what a list asks for, so that the newest with a tag are read from the top of one index and from nothing else.
drop index tickets_by_tag;

alter table ticket_tags add column status text not null default '';

alter table ticket_tags add column updated_at integer not null default 0;

alter table ticket_tags add column reference text not null default '';

alter table ticket_tags add column kind text not null default '';

alter table ticket_tags add column queue text not null default '';

alter table ticket_tags add column team text;

alter table ticket_tags add column assignee_id integer;

update ticket_tags set (status, updated_at, reference, kind, queue, team, assignee_id) =
  (select status, updated_at, reference, kind, queue, team, assignee_id from tickets where id = ticket_id);

create index tickets_by_tag on ticket_tags (tag, status, updated_at desc, reference desc, kind, queue, team, assignee_id);

create trigger a_new_tag_says_what_its_ticket_says after insert on ticket_tags
begin
  update ticket_tags set (status, updated_at, reference, kind, queue, team, assignee_id) =
    (select status, updated_at, reference, kind, queue, team, assignee_id from tickets where id = new.ticket_id)
  where ticket_id = new.ticket_id and tag = new.tag;
end;

create trigger tags_say_what_their_ticket_says after update of status, updated_at, kind, queue, team, assignee_id on tickets
begin
  update ticket_tags set status = new.status, updated_at = new.updated_at, kind = new.kind, queue = new.queue, team = new.team,
    assignee_id = new.assignee_id
  where ticket_id = new.id;
end;
