-- Whether our mail server vouched for the sender: only receipts to others are few.
alter table incoming_mails add column proven integer not null default 0 check (proven in (0, 1));
