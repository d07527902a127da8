-- A quote that was forwarded to a colleague of the buyer: a link of their own, for this quote and this right.
create table quote_shares (
  id integer primary key,
  key text not null unique,
  quote_id integer not null references quotes (id),
  email text not null check (email = lower(email)),
  name text not null default '',
  "right" text not null check ("right" in ('view', 'comment', 'approve')),
  -- Of who forwarded it; empty unless they had proven who they are.
  words text not null default '',
  shared_by integer not null references contacts (id),
  shared_by_name text not null default '',
  locale text not null check (locale in ('en', 'da')),
  -- Made when its mail is sent; before that there is none that works.
  token_hash text unique,
  created_at integer not null,
  expires_at integer not null,
  revoked_at integer
) strict;

create unique index open_shares on quote_shares (quote_id, email) where revoked_at is null;

-- What a colleague said to buying exactly this: a revision as it was chosen, by its hash. The last word of each approver counts.
create table quote_approvals (
  quote_id integer not null references quotes (id),
  revision integer not null,
  hash text not null,
  -- `contact:7` or `share:<key>`, as the event log has it.
  approver text not null,
  approver_name text not null,
  approver_email text not null,
  decision text not null check (decision in ('approved', 'refused')),
  text text not null default '',
  at integer not null,
  primary key (quote_id, revision, hash, approver)
) strict, without rowid;
