-- People in copy of a mail whom staff has let into the case: they are written to from then on, and answer by mail. They see no page of it.
create table mail_participants (
  reference text not null references tickets (reference),
  email text not null,
  added_by integer not null references users (id),
  added_at integer not null,
  primary key (reference, email)
) strict, without rowid;
