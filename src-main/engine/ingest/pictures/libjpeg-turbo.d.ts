declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JpegModule {
    JPEGDecoder: new () => {
      /** A view of the decoder's memory for so many bytes; holds until the next call. */
      getEncodedBuffer(bytes: number): Uint8Array;
      /** Throws a number for whatever libjpeg-turbo calls an error or a warning. */
      decode(): void;
      /** A copy of the pixels. */
      getDecodedBuffer(): Uint8ClampedArray;
    };
  }
  /** Emscripten's factory. */
  export default function create(options: {
    instantiateWasm?: (
      imports: WebAssembly.Imports,
      ready: (instance: WebAssembly.Instance, program: WebAssembly.Module) => void,
    ) => WebAssembly.Exports;
  }): Promise<JpegModule>;
}
