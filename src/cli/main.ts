#!/usr/bin/env node
import process from 'node:process';
import { runCommand } from './run-command.ts';

// Whoever reads no further (`| head`) wants no more.
process.stdout.once('error', () => process.exit());

process.exitCode = await runCommand(process.argv.slice(2), {
  say: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
