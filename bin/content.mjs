// npm run content …: what there is to write, to translate and to look at again; and the commands that help with it.
import { become, install } from './ready.mjs'

install()
become(['api/help/cli.ts', ...process.argv.slice(2)])
