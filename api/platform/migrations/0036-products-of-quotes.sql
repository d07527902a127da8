-- Which quotes have a product. A row for each, kept in the order of products, touched a page of the database for every line of a quote,
-- which took as long as all the rest of asking for one; an index of words adds to its end. A slug is one word of it.
drop trigger a_listed_quote_is_found;

drop table quote_products;

create virtual table quote_slugs using fts5(slugs, tokenize = "unicode61 tokenchars '-'", detail = none);

insert into quote_slugs (quote_slugs, rank) values ('secure-delete', 1);

create trigger a_listed_quote_is_found after update of net on quotes
begin
  delete from quote_slugs where rowid = new.id;
  insert into quote_slugs (rowid, slugs)
    select new.id, (select group_concat(distinct value ->> 'product') from json_each(r.document, '$.lines'))
    from quote_revisions r
    where r.quote_id = new.id and r.number = (select max(number) from quote_revisions where quote_id = new.id);
  delete from quote_words where rowid = new.id;
  insert into quote_words (rowid, words)
    select new.id, concat_ws(' ', new.reference, r.document ->> '$.buyer.name', r.document ->> '$.buyer.company',
      r.document ->> '$.buyer.email', (select group_concat(value ->> 'name', ' ') from json_each(r.document, '$.lines')))
    from quote_revisions r
    where r.quote_id = new.id and r.number = (select max(number) from quote_revisions where quote_id = new.id);
end;

-- Those there are already.
update quotes set net = net;
