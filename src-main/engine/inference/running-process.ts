import { errorCode } from '../errors.ts';

/** Whether a process runs on this machine; also when it is somebody else's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
