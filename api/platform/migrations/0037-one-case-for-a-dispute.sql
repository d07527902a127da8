-- The batch that opens the case of a dispute says so in the same batch: the second of two ends here, with the case it would have opened.
create trigger a_dispute_has_one_case before update of dispute_case on owned_items
when old.dispute_case is not null
begin select raise(abort, 'this dispute has a case already'); end;
