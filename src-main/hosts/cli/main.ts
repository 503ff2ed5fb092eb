import { Command, CommanderError } from 'commander';
import { applicationVersion } from '../shared/application.ts';
import { addCaseCommands } from './commands/case.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addImportCommand } from './commands/import.ts';
import { addModelCommands } from './commands/models.ts';
import { addReportCommand } from './commands/report.ts';
import { addSearchCommand } from './commands/search.ts';
import { addWindowCommands } from './commands/windows.ts';
import { exitCodes } from './output.ts';
import { UsageError } from './session.ts';

const program = new Command('descry')
  .description(
    'Offline search of person crops by a witness’s words. A ranked list is an investigative lead, never an identification.',
  )
  .version(applicationVersion)
  .option('--json', 'one JSON document on standard output, everything else on standard error')
  .option('--operator <name>', 'who is at work; written beside everything that is done')
  .showHelpAfterError('(--help shows how)')
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong use, 3 done with rejected files.')
  .exitOverride();

addCaseCommands(program);
addImportCommand(program);
addSearchCommand(program);
addReportCommand(program);
addModelCommands(program);
addDemoCommand(program);
addWindowCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
  else if (error instanceof UsageError) {
    process.stderr.write(`descry: ${error.message}\n`);
    process.exitCode = exitCodes.wrongUse;
  } else throw error;
}
