-- What was answered in the guided selector before the quote was asked for, as it was read then; null without it.
alter table quotes add column qualification text check (qualification is null or json_valid(qualification));
