;; The two passes of `resize`, on one memory that the caller fills. Every result is that of the loops in
;; resize.ts: fixed-point products, summed in 32 bits, rounded to 8 bits after each pass.
;; All arguments are numbers of pixels or of bytes, or addresses. Pixels and bytes are read and written up to 16
;; bytes past the end of a picture, where nothing of value may lie.
(module
  (memory (export "memory") 1)

  ;; Rows: `to` pixels of three bytes from each of `height` rows of `width` pixels. For output x the kernel
  ;; has starts[x], counts[x] (both int32) and int32 weights from weights[x * taps] on.
  (func (export "rows")
    (param $source i32) (param $width i32) (param $height i32) (param $to i32)
    (param $starts i32) (param $counts i32) (param $weights i32) (param $taps i32) (param $target i32)
    (local $x i32) (local $pixel i32) (local $weight i32) (local $end i32) (local $sum v128)
    (block $done
      (loop $line
        (br_if $done (i32.eqz (local.get $height)))
        (local.set $x (i32.const 0))
        (loop $column
          (local.set $pixel (i32.add (local.get $source)
            (i32.mul (i32.const 3) (i32.load (i32.add (local.get $starts) (i32.shl (local.get $x) (i32.const 2)))))))
          (local.set $weight (i32.add (local.get $weights)
            (i32.shl (i32.mul (local.get $x) (local.get $taps)) (i32.const 2))))
          (local.set $end (i32.add (local.get $weight)
            (i32.shl (i32.load (i32.add (local.get $counts) (i32.shl (local.get $x) (i32.const 2)))) (i32.const 2))))
          (local.set $sum (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
          (loop $tap
            (local.set $sum (i32x4.add (local.get $sum) (i32x4.mul
              (v128.load32_splat (local.get $weight))
              (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $pixel)))))))
            (local.set $pixel (i32.add (local.get $pixel) (i32.const 3)))
            (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
            (br_if $tap (i32.lt_u (local.get $weight) (local.get $end))))
          (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
          (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
          ;; Four bytes; the fourth is the first of the next pixel, which is written after it.
          (v128.store32_lane 0 (local.get $target) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
          (local.set $target (i32.add (local.get $target) (i32.const 3)))
          (local.set $x (i32.add (local.get $x) (i32.const 1)))
          (br_if $column (i32.lt_u (local.get $x) (local.get $to))))
        (local.set $source (i32.add (local.get $source) (i32.mul (i32.const 3) (local.get $width))))
        (local.set $height (i32.sub (local.get $height) (i32.const 1)))
        (br $line))))

  ;; Columns: `to` rows of `stride` bytes from rows of as many; the kernel as above, one output a row.
  (func (export "columns")
    (param $source i32) (param $stride i32) (param $to i32)
    (param $starts i32) (param $counts i32) (param $weights i32) (param $taps i32) (param $target i32)
    (local $y i32) (local $first i32) (local $bytes i32) (local $weight i32) (local $begin i32) (local $end i32)
    (local $at i32) (local $value v128) (local $low v128) (local $high v128) (local $factor v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $row
      (local.set $first (i32.add (local.get $source)
        (i32.mul (local.get $stride) (i32.load (i32.add (local.get $starts) (i32.shl (local.get $y) (i32.const 2)))))))
      (local.set $begin (i32.add (local.get $weights)
        (i32.shl (i32.mul (local.get $y) (local.get $taps)) (i32.const 2))))
      (local.set $end (i32.add (local.get $begin)
        (i32.shl (i32.load (i32.add (local.get $counts) (i32.shl (local.get $y) (i32.const 2)))) (i32.const 2))))
      (local.set $at (i32.const 0))
      (loop $chunk
        (local.set $bytes (i32.add (local.get $first) (local.get $at)))
        (local.set $a (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
        (local.set $b (local.get $a))
        (local.set $c (local.get $a))
        (local.set $d (local.get $a))
        (local.set $weight (local.get $begin))
        (loop $tap
          (local.set $value (v128.load (local.get $bytes)))
          (local.set $factor (v128.load32_splat (local.get $weight)))
          (local.set $low (i16x8.extend_low_i8x16_u (local.get $value)))
          (local.set $high (i16x8.extend_high_i8x16_u (local.get $value)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $low)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $low)))))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $high)))))
          (local.set $d (i32x4.add (local.get $d)
            (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $high)))))
          (local.set $bytes (i32.add (local.get $bytes) (local.get $stride)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $tap (i32.lt_u (local.get $weight) (local.get $end))))
        ;; The last bytes may lie past the row: the next row is written after them.
        (v128.store (i32.add (local.get $target) (local.get $at)) (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
          (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $chunk (i32.lt_u (local.get $at) (local.get $stride))))
      (local.set $target (i32.add (local.get $target) (local.get $stride)))
      (local.set $y (i32.add (local.get $y) (i32.const 1)))
      (br_if $row (i32.lt_u (local.get $y) (local.get $to)))))
)
