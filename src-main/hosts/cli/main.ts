import { Command, CommanderError } from 'commander';
import { applicationVersion } from '../shared/application.ts';
import { addArchiveCommands } from './commands/archive.ts';
import { addBatchCommands } from './commands/batch.ts';
import { addCaseCommands } from './commands/case.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDiscoveryCommand } from './commands/discovery.ts';
import { addEmbeddingCommands } from './commands/embedding.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addModelCommands } from './commands/models.ts';
import { addReportCommand } from './commands/report.ts';
import { addReviewCommands } from './commands/review.ts';
import { addSearchCommand } from './commands/search.ts';
import { addWindowCommands } from './commands/windows.ts';
import { exitCodes, Output } from './output.ts';
import { fail } from './session.ts';

// A reader that has seen enough (`descry … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode);
  throw error;
});

const program = new Command('descry')
  .description(
    'Offline search of person crops by a witness’s words. A ranked list is an investigative lead, never an identification.',
  )
  .version(applicationVersion)
  .option('--json', 'one JSON document on standard output, everything else on standard error')
  .option('--operator <name>', 'who is at work; written beside everything that is done, and remembered')
  .option(
    '--case-passphrase-file <file>',
    'passphrases of encrypted cases, a line each in the order in which they are asked for; - is standard input. Asked on the terminal when absent',
  )
  .showHelpAfterError('(--help shows how)')
  .showSuggestionAfterError(true)
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong use, 3 done with rejected files, 130 interrupted.\ndescry <command> --help tells more of each.',
  )
  .exitOverride();

addCaseCommands(program);
addArchiveCommands(program);
addImportCommand(program);
addBatchCommands(program);
addSearchCommand(program);
addReportCommand(program);
addDiscoveryCommand(program);
addReviewCommands(program);
addKeyCommands(program);
addModelCommands(program);
addEmbeddingCommands(program);
addDemoCommand(program);
addWindowCommands(program);

// The parser's own complaints come before it knows its options.
const output = new Output(process.argv.includes('--json'));
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.exitCode = fail(error, output);
  else if (error.exitCode !== 0) {
    process.exitCode = exitCodes.wrongUse;
    // Commander has told it on standard error.
    const message =
      error.code === 'commander.help' ? 'a command is missing' : error.message.replace(/^error: /, '');
    if (output.json) output.result({ error: { kind: 'invalid-input', message } }, '');
  }
}
