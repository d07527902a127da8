-- Views of cases are saved like those of quotes; a name may stand once in each of both places.
create table desk_views_aside as select * from desk_views;

drop table desk_views;

create table desk_views (
  id integer primary key,
  owner_id integer not null references users (id),
  place text not null check (place in ('quotes', 'tickets')),
  name text not null,
  query text not null,
  -- Whether colleagues see it as well. Only its owner changes it.
  shared integer not null default 0 check (shared in (0, 1)),
  created_at integer not null,
  unique (owner_id, place, name)
) strict;

insert into desk_views (id, owner_id, place, name, query, shared, created_at)
select id, owner_id, 'quotes', name, query, shared, created_at from desk_views_aside;

drop table desk_views_aside;

create index desk_views_that_are_shared on desk_views (place, shared, name, id);

-- Contacts by any word of theirs, for the desk's search. What is taken out of it is overwritten.
create virtual table contact_words using fts5(words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

insert into contact_words (contact_words, rank) values ('secure-delete', 1);

create trigger a_new_contact_is_found after insert on contacts
begin
  insert into contact_words (rowid, words) values (new.id, concat_ws(' ', new.name, new.company, new.email, new.phone));
end;

create trigger a_changed_contact_is_found after update of name, company, email, phone on contacts
begin
  delete from contact_words where rowid = new.id;
  insert into contact_words (rowid, words) values (new.id, concat_ws(' ', new.name, new.company, new.email, new.phone));
end;

create trigger a_gone_contact_is_not_found after delete on contacts
begin delete from contact_words where rowid = old.id; end;

insert into contact_words (rowid, words) select id, concat_ws(' ', name, company, email, phone) from contacts;

create index contacts_by_age on contacts (created_at desc, id desc);

-- Cases by their subject, for the desk's search.
create virtual table ticket_words using fts5(words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

insert into ticket_words (ticket_words, rank) values ('secure-delete', 1);

create trigger a_new_ticket_is_found after insert on tickets
begin
  insert into ticket_words (rowid, words) values (new.id, concat_ws(' ', new.reference, new.subject, new.serial_number, new.said_name, new.said_email));
end;

create trigger a_changed_ticket_is_found after update of subject, serial_number, said_name, said_email on tickets
begin
  delete from ticket_words where rowid = new.id;
  insert into ticket_words (rowid, words) values (new.id, concat_ws(' ', new.reference, new.subject, new.serial_number, new.said_name, new.said_email));
end;

create trigger a_gone_ticket_is_not_found after delete on tickets
begin delete from ticket_words where rowid = old.id; end;

insert into ticket_words (rowid, words) select id, concat_ws(' ', reference, subject, serial_number, said_name, said_email) from tickets;
