import { serve } from './spawner/serve.ts'
import type { Introduction } from './spawner/messages.ts'

// Started by `spawner/spawner-process.ts`, as a program of its own: nothing imports it.
process.title = 'majordomo-spawner'
serve(JSON.parse(process.argv[2]!) as Introduction)
