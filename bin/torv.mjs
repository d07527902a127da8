// npm run torv -- …: the operator's commands.
import { become, install } from './ready.mjs'

install()
become(['api/cli.ts', ...process.argv.slice(2)])
