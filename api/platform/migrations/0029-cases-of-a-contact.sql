-- Of one contact and of one organisation, what changed last first: the list of all cases reads each of its parts from the top of an index.
create index quotes_of_contact_by_change on quotes (contact_id, updated_at desc, reference desc);

create index quotes_of_organisation_by_change on quotes (organisation_id, updated_at desc, reference desc);

create index bookings_of_contact_by_change on bookings (contact_id, updated_at desc, reference desc);
