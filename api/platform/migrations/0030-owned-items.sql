-- Something a customer owns: bought by a quote of ours, or registered by its serial number. One row until the pieces of it get
-- numbers of their own.
create table owned_items (
  id integer primary key,
  reference text not null unique,
  contact_id integer not null references contacts (id),
  organisation_id integer references organisations (id),
  source text not null check (source in ('order', 'registered')),
  -- Where it was bought, by references: the quote's line, and the order. Only who bought it is shown them.
  quote text,
  "order" text,
  line text,
  -- As it was then; the catalogue may have moved on.
  product text not null,
  sku text not null,
  name text not null,
  options text not null check (json_valid(options)),
  quantity integer not null check (quantity > 0),
  bought_on text not null,
  delivered_on text,
  -- Null when there is no warranty of ours.
  warranty_until text,
  -- As it is written on the label, and what is compared.
  serial_number text,
  serial_key text,
  -- Where it stands, if they have told.
  postcode text not null default '',
  -- Somebody else has this number already. Only staff is told, in the case of that name.
  disputed_at integer,
  dispute_case text,
  -- Since when somebody owns it who got it from another.
  moved_at integer,
  ended_at integer,
  -- When a reminder may be due, and by which plans that was worked out; '' has it worked out again.
  next_care_at integer,
  care_plan text not null default '',
  created_at integer not null,
  check ((source = 'order') = (quote is not null)),
  check ((serial_number is null) = (serial_key is null))
) strict;

create index owned_items_of_contact on owned_items (contact_id, created_at desc, id desc) where ended_at is null;

create index owned_items_of_organisation on owned_items (organisation_id, created_at desc, id desc)
  where organisation_id is not null and ended_at is null;

create index owned_items_of_product on owned_items (product, contact_id) where ended_at is null;

create index owned_items_by_postcode on owned_items (postcode, contact_id) where postcode <> '' and ended_at is null;

create index owned_items_of_quote on owned_items (quote, line) where quote is not null;

create unique index owned_item_serials on owned_items (product, serial_key)
  where serial_key is not null and disputed_at is null and ended_at is null;

create index owned_items_by_serial on owned_items (serial_key, id) where serial_key is not null;

create index owned_items_disputed on owned_items (disputed_at, id) where disputed_at is not null and ended_at is null;

create index owned_items_due on owned_items (next_care_at, id) where next_care_at is not null and ended_at is null;

create index owned_items_by_plan on owned_items (care_plan, id) where ended_at is null;

insert into owned_items (reference, contact_id, organisation_id, source, quote, "order", line, product, sku, name, options, quantity,
  bought_on, delivered_on, warranty_until, serial_number, serial_key, created_at)
select 'P-' || substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + abs(random() % 30), 1)
    || substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + abs(random() % 30), 1)
    || substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + abs(random() % 30), 1)
    || substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + abs(random() % 30), 1)
    || substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + abs(random() % 30), 1)
    || substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + abs(random() % 30), 1),
  q.contact_id, q.organisation_id, 'order', q.reference, o.reference, p.line, p.product, p.sku, p.name, p.options, p.quantity,
  p.bought_on, o.delivered_on, p.warranty_until, p.serial_number, upper(p.serial_number), o.placed_at
from owned_products p join orders o on o.id = p.order_id join quotes q on q.id = o.quote_id;

drop table owned_products;

-- What has been done to it, whoever owned it then.
create table owned_care (
  id integer primary key,
  item_id integer not null references owned_items (id),
  task text not null,
  done_on text not null,
  by_staff integer not null default 0 check (by_staff in (0, 1)),
  at integer not null
) strict;

create index owned_care_of_item on owned_care (item_id, task, done_on desc);

-- Each reminder once, however many processes look for what is due.
create table care_reminders (
  item_id integer not null references owned_items (id),
  task text not null,
  due_on text not null,
  at integer not null,
  -- `unwanted`: they have unsubscribed, and nothing was sent.
  outcome text not null check (outcome in ('due', 'unwanted')),
  primary key (item_id, task, due_on)
) strict, without rowid;

-- An offer to take something over. The token is made when its mail is sent.
create table owned_moves (
  id integer primary key,
  item_id integer not null references owned_items (id),
  from_contact integer not null references contacts (id),
  email text not null check (email = lower(email)),
  locale text not null check (locale in ('en', 'da')),
  token_hash text unique,
  created_at integer not null,
  expires_at integer not null,
  ended_at integer,
  -- Null when it was withdrawn.
  taken_by integer references contacts (id)
) strict;

create unique index open_owned_moves on owned_moves (item_id) where ended_at is null;

-- Which kinds of mail there are is the code's to know: there are more of them now.
create table mail_preferences_anew (
  email text not null check (email = lower(email)),
  kind text not null,
  unsubscribed_at integer not null,
  primary key (email, kind)
) strict, without rowid;

insert into mail_preferences_anew (email, kind, unsubscribed_at) select email, kind, unsubscribed_at from mail_preferences;

drop table mail_preferences;

alter table mail_preferences_anew rename to mail_preferences;

-- What an appointment is about, by reference: something the customer owns, or a case of theirs.
alter table bookings add column item text;

alter table bookings add column ticket text;

create index bookings_of_ticket on bookings (ticket, starts_at, id) where ticket is not null;

create index bookings_of_item on bookings (item, starts_at, id) where item is not null;
