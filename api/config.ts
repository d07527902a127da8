import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** Every variable Torv reads, with what it means; the README's table and `--help` are made from these. An empty one counts as not set. */
export const Environment = z.object({
  HOST: z.string().default('127.0.0.1').describe('The address to listen on; `0.0.0.0` for all.'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4321).describe('The port to listen on.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'The address people use, such as `https://help.example.com`. Links, cookies and the origin check follow it. Default: `http://localhost:PORT`.',
    ),
  DATA_DIR: z.string().default('data').describe('Where the database, files and mails live.'),
  CONTENT_DIR: z.string().default('content').describe('What the company writes; another folder is another company.'),
  DATABASE_URL: z
    .string()
    .regex(/^(https?|wss?|libsql):\/\//, 'expected the address of a libSQL server, such as "http://127.0.0.1:8080"')
    .optional()
    .describe('A libSQL server (sqld, Turso) in place of the embedded database.'),
  MEILI_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('A Meilisearch server (1.18 or newer) in place of the embedded search engine.'),
  MEILI_KEY: z.string().optional().describe('The key for it, with rights to indexes, settings, documents, tasks and search.'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('A mail server, such as `smtps://user:password@mail.example.com`. Without it mails are written to `DATA_DIR/outbox`.'),
  MAIL_FROM: z.email().optional().describe("The sender of mails. Default: the company's e-mail address."),
  MAIL_REPLY_TO: z
    .email()
    .refine(
      (address) => !address.includes('+') && (address.split('@')[0] ?? '').length <= 20,
      'expected an address without a "+", with at most 20 characters before the @',
    )
    .optional()
    .describe(
      'An address whose mail this Torv reads, such as `reply@help.example.com`. Mails about a ticket are answered to it with a part of their own (`reply+…@`), which its server must let through. Needs `IMAP_URL` or `MAIL_INBOUND_SECRET`.',
    ),
  IMAP_URL: z
    .url({ protocol: /^imaps?$/ })
    .optional()
    .describe('The mailbox that incoming mail is read from, such as `imaps://user:password@mail.example.com/INBOX`.'),
  MAIL_INBOUND_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{24,200}$/, 'expected at least 24 characters without spaces')
    .optional()
    .describe('Lets a mail service hand over incoming mail: raw MIME to `POST /api/mail/inbound`, with this as the bearer token.'),
  MAIL_AUTHSERV_ID: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'expected a name such as "mx.example.com"')
    .optional()
    .describe(
      'The name under which your own mail server writes `Authentication-Results`. Only these are believed; with it, mail that your server has not checked is set aside.',
    ),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .describe('Addresses of reverse proxies, joined by commas, whose `X-Forwarded-For` is believed. Default: none.'),
})

/** An address that invites answers nobody reads would lose them. */
const WholeEnvironment = Environment.refine((env) => !env.MAIL_REPLY_TO || env.IMAP_URL || env.MAIL_INBOUND_SECRET, {
  path: ['MAIL_REPLY_TO'],
  message: 'answers would be read by nobody; set IMAP_URL or MAIL_INBOUND_SECRET as well',
})

export type Config = {
  host: string
  port: number
  /** Without a slash at the end. */
  publicUrl: string
  dataDir: string
  contentDir: string
  databaseUrl: string
  meili: { url: string; key: string } | undefined
  smtpUrl: string | undefined
  mailFrom: string | undefined
  /** Undefined unless answers by mail are read. */
  mailReplyTo: string | undefined
  imapUrl: string | undefined
  mailInboundSecret: string | undefined
  mailAuthservId: string | undefined
  trustedProxies: string[]
  /** Whether everything in the data folder is made up, which pages then say. */
  isDemo: boolean
}

/** The file by which a data folder says that it holds a demo. */
export function demoMark(dataDir: string): string {
  return join(dataDir, 'demo')
}

/** Throws an error that names each variable that is not as it must be. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = WholeEnvironment.safeParse(set)
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The configuration is not valid:\n  ${mistakes.join('\n  ')}`)
  }
  const env = parsed.data
  const dataDir = resolve(env.DATA_DIR)
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: new URL(env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).origin,
    dataDir,
    contentDir: resolve(env.CONTENT_DIR),
    databaseUrl: env.DATABASE_URL ?? join(dataDir, 'torv.db'),
    meili: env.MEILI_URL ? { url: env.MEILI_URL, key: env.MEILI_KEY ?? '' } : undefined,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    mailReplyTo: env.MAIL_REPLY_TO?.toLowerCase(),
    imapUrl: env.IMAP_URL,
    mailInboundSecret: env.MAIL_INBOUND_SECRET,
    mailAuthservId: env.MAIL_AUTHSERV_ID?.toLowerCase(),
    isDemo: existsSync(demoMark(dataDir)),
    trustedProxies: env.TRUSTED_PROXIES.split(',')
      .map((address) => address.trim())
      .filter(Boolean),
  }
}
