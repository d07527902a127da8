import type { Db, Statement } from '../../api/platform/db.ts'

/** This customer and their organisation have as much at any size, so that sizes can be compared. */
export const LARGE_CUSTOMER = 'person1@kunde.example'

type Wanted = { tickets: number; now: number; staff: number[]; progress?: (share: number) => void }

const BATCH = 20_000
const TICKETS_A_CONTACT = 5
const CONTACTS_AN_ORGANISATION = 100
const OF_LARGE_CUSTOMER = 60
const YEARS_MS = 3 * 365 * 24 * 3_600_000
const HOUR_MS = 3_600_000

const FIRST_NAMES = ['Ada', 'Grace', 'Søren', 'Åse', 'Karen', 'Jens', 'Yasmin', 'Mikkel', 'Ærna', 'Birthe', 'Tom', 'Nadia']
const LAST_NAMES = ['Lund', 'Hopper', 'Ørum', 'Bækgaard', 'Møller', 'Reed', 'Demir', 'Holm', 'Aagesen', 'Friis', 'Okholm']
const SUBJECTS = [
  'The pump hums at night',
  'Vandtrykket falder hele tiden',
  'E7 on the display after the storm',
  'Faktura med forkert adresse',
  'No hot water since Tuesday',
  'Hvornår kommer montøren?',
  'Filter for a Luft 9',
  'Returnering af termostat',
  'The app cannot find the pump',
  'Varmepumpen larmer ved afrimning',
]
const WORDS = [
  'It began on Tuesday after the power cut, and nothing that the manual says has helped so far.',
  'Displayet viser E7, og anlægget starter ikke igen, selv om jeg har slukket på gruppeafbryderen.',
  'Thank you for writing. Could you tell us the serial number on the plate at the side of the outdoor unit?',
  'Tak for svaret. Jeg har nu efterfyldt til 1,5 bar, men trykket er nede på 0,8 igen næste morgen.',
  'The technician can come on Thursday between 9 and 12. Somebody has to be at home to let them in.',
  'Vi har set på billederne, og det ligner en utæt ventil ved ekspansionsbeholderen. Vi sender en ny.',
  'That did it! Warm water again, and no more humming at night either.',
  'Det er desværre stadig det samme. Kan I ringe til mig i eftermiddag efter klokken 15?',
]

/** Tickets with five messages each on average and their events, spread as in life; the same every time. `staff` are ids of users. */
export async function fillTickets(db: Db, { tickets, now, staff, progress = () => {} }: Wanted) {
  const contacts = Math.max(1, Math.floor(tickets / TICKETS_A_CONTACT))
  const organisations = Math.max(1, Math.floor(contacts / CONTACTS_AN_ORGANISATION))
  await inBatches(organisations, (from, to) => db.batch([organisationRows(from, to, now)]))
  await inBatches(contacts, (from, to) => db.batch(contactRows(from, to, { organisations, now })))
  await inBatches(tickets, async (from, to) => {
    const rows = { from, to, tickets, contacts, organisations, now, staff }
    // Threads grow side by side, so one thread's messages do not stand next to each other.
    await db.batch([
      ticketRows(rows),
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((round) => messageRows(round, from, to)),
      ...eventRows(from, to),
      ...tagRows(from, to),
    ])
    progress(to / tickets)
  })
}

/** Some hundred references, from all over. */
export async function someReferences(db: Db, tickets: number): Promise<string[]> {
  const step = Math.max(1, Math.floor(tickets / 997))
  const some = await db.all<{ reference: string }>(
    `select reference from tickets where id in (select value * ${step} from json_each(:places))`,
    { places: JSON.stringify(Array.from({ length: 900 }, (_, at) => at + 1)) },
  )
  return some.map(({ reference }) => reference)
}

async function inBatches(count: number, fill: (from: number, to: number) => Promise<unknown>) {
  for (let from = 1; from <= count; from += BATCH) await fill(from, Math.min(count, from + BATCH - 1))
}

// A number of JavaScript is bound as a real one.
const NUMBERS =
  'with recursive numbers(n) as (select cast(:from as integer) union all select n + 1 from numbers where n < cast(:to as integer))'
/** Odd and unlike each other, so that what one decides says nothing of the next. */
const DICE = [2654435761, 2246822519, 3266489917, 668265263, 374761393, 2869860233, 3624381081, 1103515245, 2891336453, 1640531527]

/** SQL: a number below `sides` that looks random and is the same for the same `n`. */
function dice(which: number, sides: number): string {
  return `((((n * ${DICE[which % DICE.length]} + ${which * 7919}) % 4294967296) >> 9) % ${sides})`
}

function oneOf(words: readonly (string | number | null)[], chosen: string): string {
  const spelled = (word: string | number | null) => (typeof word === 'string' ? `'${word.replaceAll("'", "''")}'` : String(word))
  return `case ${chosen} ${words.map((word, at) => `when ${at} then ${spelled(word)}`).join(' ')} end`
}

function organisationRows(from: number, to: number, now: number): Statement {
  return {
    sql: `${NUMBERS} insert into organisations (id, name, created_at) select n, 'Organisation ' || n, :now from numbers`,
    args: { from, to, now },
  }
}

function contactRows(from: number, to: number, { organisations, now }: { organisations: number; now: number }): Statement[] {
  return [
    {
      sql: `${NUMBERS} insert into contacts (id, email, name, company, locale, stage, email_verified_at, created_at)
            select n, 'person' || n || '@kunde.example', ${oneOf(FIRST_NAMES, dice(0, FIRST_NAMES.length))} || ' ' ||
              ${oneOf(LAST_NAMES, dice(1, LAST_NAMES.length))}, '', case n % 3 when 0 then 'en' else 'da' end, 'customer', :now, :now
            from numbers`,
      args: { from, to, now },
    },
    {
      sql: `${NUMBERS} insert into organisation_members (contact_id, organisation_id, key, role, joined_at)
            select n, 1 + n % ${organisations}, 'member-' || n, ${oneOf(['reader', 'buyer', 'manager'], dice(2, 3))}, :now
            from numbers where n % 5 = 1`,
      args: { from, to, now },
    },
  ]
}

type TicketRows = { from: number; to: number; tickets: number; contacts: number; organisations: number; now: number; staff: number[] }

/** Most are closed, some wait for either side, a few are spam; what is new has nobody yet. */
const STATUSES = [
  ...Array(76).fill('closed'),
  ...Array(7).fill('resolved'),
  ...Array(6).fill('open'),
  ...Array(4).fill('waiting'),
  ...Array(2).fill('new'),
  ...Array(2).fill('hold'),
  'merged',
  ...Array(2).fill('spam'),
] as string[]
const KINDS = [...Array(9).fill('question'), ...Array(7).fill('problem'), ...Array(2).fill('complaint'), 'return', 'visit'] as string[]
const CHANNELS = [...Array(10).fill('web'), ...Array(6).fill('mail'), ...Array(3).fill('chat'), 'phone'] as string[]
const TEAMS = ['support', 'support', 'support', 'repairs', 'repairs', 'invoices', null]

function ticketRows({ from, to, tickets, contacts, organisations, now, staff }: TicketRows): Statement {
  const everyOfLarge = Math.max(2, Math.floor(tickets / OF_LARGE_CUSTOMER))
  return {
    sql: `${NUMBERS},
      made as (
        select n, case n when 1 then 'closed' else ${oneOf(STATUSES, dice(3, 100))} end as status,
          case when n % ${everyOfLarge} = 0 then 1 else 2 + ${dice(4, Math.max(1, contacts - 1))} end as contact,
          :now - ${YEARS_MS} + cast(${YEARS_MS} * (n * 1.0 / ${tickets + 1}) as integer) as at
        from numbers)
      insert into tickets (id, reference, contact_id, channel, kind, queue, team, subject, locale, status, created_at, updated_at,
        first_response_at, first_response_due_at, resolved_at, reopened, assignee_id, organisation_id, merged_into,
        opened_hour, first_response_open_ms)
      select n, 'T-' || ${referenceOf('n')}, contact, ${oneOf(CHANNELS, dice(5, 20))}, ${oneOf(KINDS, dice(6, 20))},
        case ${dice(7, 12)} when 0 then 'sales' else 'service' end, ${oneOf(TEAMS, dice(8, TEAMS.length))},
        ${oneOf(SUBJECTS, dice(9, SUBJECTS.length))}, case contact % 3 when 0 then 'en' else 'da' end, status, at,
        min(:now, at + ${dice(2, 300)} * ${HOUR_MS}), case when status <> 'new' then at + ${dice(1, 30)} * ${HOUR_MS / 4} end,
        at + ${4 * HOUR_MS}, case when status in ('resolved', 'closed') then min(:now, at + ${dice(2, 300)} * ${HOUR_MS}) end,
        ${dice(0, 12)} = 0, case when status <> 'new' then ${oneOf(staff, dice(1, staff.length))} end,
        case when contact % 5 = 1 then 1 + contact % ${organisations} end,
        case status when 'merged' then 'T-' || ${referenceOf('(n - 1)')} end,
        ${dice(6, 168)}, case when status <> 'new' then ${dice(1, 30)} * ${HOUR_MS / 4} end
      from made`,
    args: { from, to, now },
  }
}

const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** SQL: six letters that no other number below 729 million has, in no order that can be seen. */
function referenceOf(n: string): string {
  const scattered = `(${n} * 472882027 % 729000000)`
  return [24_300_000, 810_000, 27_000, 900, 30, 1].map((place) => `substr('${LETTERS}', 1 + ${scattered} / ${place} % 30, 1)`).join(' || ')
}

/** Ticket n has 1 to 9 messages, five on average; every fourth is a note. */
function messageRows(round: number, from: number, to: number): Statement {
  const number = round - Math.floor(round / 4)
  const isNote = round % 4 === 0
  return {
    sql: `${NUMBERS}
      insert into messages (ticket_id, number, author, author_name, internal, text, at)
      select n, ${isNote ? 'null' : number}, '${isNote || round % 2 === 0 ? 'staff' : 'customer'}', 'Ada Lund', ${Number(isNote)},
        ${oneOf(WORDS, dice(round, WORDS.length))} || ' ' || ${oneOf(WORDS, dice(round + 3, WORDS.length))} || ' (' || n || '.${round})',
        (select created_at from tickets where id = n) + ${round} * ${HOUR_MS}
      from numbers where n % 9 >= ${round - 1}`,
    args: { from, to },
  }
}

/** One tag that every fifth has, one that every hundredth has. */
function tagRows(from: number, to: number): Statement[] {
  const tagged = (tag: string, every: number) => ({
    sql: `${NUMBERS} insert into ticket_tags (ticket_id, tag) select n, '${tag}' from numbers where ${dice(2, every)} = 0`,
    args: { from, to },
  })
  return [tagged('warranty', 5), tagged('recall', 100)]
}

function eventRows(from: number, to: number): Statement[] {
  const event = (kind: string, at: string, actor: string, data: string, where: string): Statement => ({
    sql: `insert into events (at, kind, subject, actor, data)
          select ${at}, '${kind}', reference, ${actor}, ${data} from tickets where id between :from and :to and ${where}`,
    args: { from, to },
  })
  const byStaff = `'user:' || coalesce(assignee_id, 0)`
  return [
    event('ticket.opened', 'created_at', `'contact:' || contact_id`, `json_object('kind', kind, 'channel', channel)`, 'true'),
    event('ticket.replied', 'first_response_at', byStaff, `json_object('author', 'staff')`, 'first_response_at is not null'),
    event('ticket.moved', 'resolved_at', byStaff, `json_object('action', 'resolve', 'to', 'resolved')`, 'resolved_at is not null'),
  ]
}
