-- A business that contacts belong to.
create table organisations (
  id integer primary key,
  name text not null,
  registration_number text not null default '',
  invoice_address text not null default '',
  -- Whether its members see list prices, or have them on request.
  price_terms text not null default 'shown' check (price_terms in ('shown', 'on-request')),
  -- The total above which a quote needs a colleague's approval, by currency in minor units; null when none ever does.
  approval_over text check (json_valid(approval_over)),
  -- Who may give it: members with that right, or also those whom the one who buys has asked.
  approvers text not null default 'asked' check (approvers in ('members', 'asked')),
  -- Whether whoever a quote was made for may accept it without a right of theirs.
  contact_accepts integer not null default 1 check (contact_accepts in (0, 1)),
  created_at integer not null
) strict;

-- A contact belongs to one organisation at most. The key is the member's public name: it tells nothing of how many there are.
create table organisation_members (
  contact_id integer primary key references contacts (id),
  organisation_id integer not null references organisations (id),
  key text not null unique,
  role text not null check (role in ('member', 'reader', 'buyer', 'manager')),
  -- Up to which total a buyer may accept, by currency in minor units.
  accepts_up_to text not null default '{}' check (json_valid(accepts_up_to)),
  joined_at integer not null
) strict;

create index members_of_organisation on organisation_members (organisation_id, joined_at, contact_id);

-- The token is made when its mail is sent; before that, and once a newer mail is on its way, there is none that works.
create table invitations (
  id integer primary key,
  key text not null unique,
  organisation_id integer not null references organisations (id),
  email text not null check (email = lower(email)),
  role text not null check (role in ('member', 'reader', 'buyer', 'manager')),
  accepts_up_to text not null default '{}' check (json_valid(accepts_up_to)),
  locale text not null check (locale in ('en', 'da')),
  invited_by integer not null references contacts (id),
  token_hash text unique,
  created_at integer not null,
  expires_at integer not null,
  ended_at integer
) strict;

create unique index open_invitations on invitations (organisation_id, email) where ended_at is null;

alter table quotes add column organisation_id integer references organisations (id);

create index quotes_of_organisation on quotes (organisation_id, created_at desc, id desc);

alter table tickets add column organisation_id integer references organisations (id);

create index tickets_of_organisation on tickets (organisation_id, updated_at desc, reference desc);
