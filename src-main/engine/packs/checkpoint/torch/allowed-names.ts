import { DescryError } from '../../../errors.ts';

/**
 * Modules of Python's standard library. A name of theirs that is not in `plainData` refuses the
 * file wherever it stands: no weights need one, and nearly all published attacks use one.
 */
const standardModules = new Set(
  (
    'abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect ' +
    'builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys commands ' +
    'compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses ' +
    'datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl ' +
    'filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp ' +
    'gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json ' +
    'keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib ' +
    'msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev ' +
    'pathlib pdb pickle pickletools pipes pkgutil platform plistlib popen2 poplib posix posixpath pprint profile ' +
    'pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource ' +
    'rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket ' +
    'socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct ' +
    'subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this ' +
    'threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types ' +
    'typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref ' +
    'xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo'
  ).split(' '),
);

/** Other packages that load or run things by themselves. */
const dangerousPackages = new Set(
  'IPython aiohttp cffi cloudpickle dill execnet fsspec httpx ipykernel joblib paramiko pexpect pip psutil ptyprocess requests setuptools sh urllib3 win32api win32com'.split(
    ' ',
  ),
);

/** Modules that are refused in the middle of a name too: "torch.os" is "os" by another way. */
const dangerousParts = new Set(
  'builtins __builtins__ __import__ ctypes cpp_extension f2py hub importlib marshal nt os pickle posix pty runpy shutil socket subprocess sys'.split(
    ' ',
  ),
);

/** Names that stand for plain data; an object of theirs is kept as inert data. */
const plainData = new Set([
  ...names(
    'builtins',
    'bool bytearray bytes complex dict float frozenset int list object range set slice str tuple',
  ),
  ...names('collections', 'Counter OrderedDict defaultdict deque'),
  ...names('datetime', 'date datetime time timedelta timezone'),
  ...names('pathlib', 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath'),
  ...names('typing', 'Any Dict List Optional Tuple Union'),
  ...names('torch', 'Size device layout memory_format strided contiguous_format'),
  ...names('numpy', 'dtype ndarray'),
  ...names('numpy.core.multiarray', 'scalar _reconstruct'),
  ...names('numpy._core.multiarray', 'scalar _reconstruct'),
  ...names('numpy.core.numeric', '_frombuffer'),
  ...names('numpy._core.numeric', '_frombuffer'),
  'argparse.Namespace',
  'types.SimpleNamespace',
  'decimal.Decimal',
  'fractions.Fraction',
  'uuid.UUID',
  'copyreg._reconstructor',
  '_codecs.encode',
  'torch.serialization._get_layout',
]);

/** Python 2's names of modules, which protocol 2 still writes. */
const renamed = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['exceptions', 'builtins'],
]);

function names(module: string, list: string): string[] {
  return list.split(' ').map((name) => `${module}.${name}`);
}

/** The module's name in Python 3. */
export function currentModule(module: string): string {
  return renamed.get(module) ?? module;
}

/**
 * Refuses names that no checkpoint of weights has. The refusal is for the user to know: nothing that
 * a file names is ever run here.
 * @throws DescryError `invalid-input` naming it.
 */
export function checkName(module: string, name: string): void {
  const path = `${module}.${name}`;
  if (plainData.has(path)) return;
  const parts = path.split('.');
  const [root = ''] = parts;
  // Names of TorchScript's own classes, whose code lies in the archive and is not read.
  if (root === '__torch__') return;
  if (
    standardModules.has(root) ||
    dangerousPackages.has(root) ||
    // Python's inner modules ("_io", "_pickle"); "__main__" is the training script's own.
    (root.startsWith('_') && root !== '__main__') ||
    parts.some((part) => dangerousParts.has(part))
  )
    throw refusedName(path);
}

/**
 * Whether a call of a name that means nothing here may be kept as inert data: objects of the training
 * code's own classes (settings, counters) may, which Python writes with a capital letter; functions may not.
 */
export function mayBeInert(path: string): boolean {
  return path.startsWith('__torch__.') || plainData.has(path) || /\.[A-Z][A-Za-z0-9_]*$/.test(path);
}

export function refusedName(path: string): DescryError {
  return new DescryError(
    'invalid-input',
    `This file asks to run ${shown(path)}; a checkpoint of weights never needs that. Nothing was run, and the file was refused.`,
    { asked: shown(path) },
  );
}

/** A name out of a file, fit to be shown. */
export function shown(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > 120 ? `${plain.slice(0, 117)}...` : plain;
}
