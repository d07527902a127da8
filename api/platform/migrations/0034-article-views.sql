-- How often an article was read, by day of the company's calendar. No reader, no address: nothing that leads back to anybody.
create table article_views (
  article text not null,
  locale text not null check (locale in ('en', 'da')),
  day text not null,
  views integer not null,
  primary key (article, locale, day)
) strict, without rowid;

create index article_views_by_day on article_views (day);
