-- Which of our people a case is for: those who help, or those who sell.
alter table tickets add column queue text not null default 'service' check (queue in ('service', 'sales'));

create index tickets_by_queue on tickets (queue, status, updated_at desc, reference desc);

-- A question with its answer, as staff has edited it for everybody. Who asked is known by the case alone.
create table product_questions (
  id integer primary key,
  ticket text not null references tickets (reference),
  locale text not null check (locale in ('en', 'da')),
  product text not null,
  question text not null,
  answer text not null,
  published_by integer not null references users (id),
  published_at integer not null,
  -- When it was taken off the page again; null while it is shown.
  withdrawn_at integer,
  unique (ticket, locale)
) strict;

create index product_questions_shown on product_questions (product, locale, published_at desc, id desc) where withdrawn_at is null;
