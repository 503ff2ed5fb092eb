;; The three inner loops of a search, over a memory that all search threads share.
;; Rows are read in the order of their addresses: a second stream would defeat the processor's prefetching.
(module
  (import "descry" "memory" (memory 1 65536 shared))

  ;; out[i] = dot product of row rows[i] with the query.
  ;; $codes: int8, $pitch bytes a row, a multiple of 32. $rows: int32. $query: int16. $out: int32.
  (func (export "dot")
    (param $codes i32) (param $rows i32) (param $count i32) (param $query i32) (param $pitch i32) (param $out i32)
    (local $end i32) (local $row i32) (local $at i32) (local $queryEnd i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $pitch) (i32.const 1))))
    (loop $nextRow
      (local.set $row (i32.add (local.get $codes) (i32.mul (i32.load (local.get $rows)) (local.get $pitch))))
      (local.set $at (local.get $query))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (loop $next32
        (local.set $a (i32x4.add (local.get $a)
          (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $row)) (v128.load (local.get $at)))))
        (local.set $b (i32x4.add (local.get $b)
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $row)) (v128.load offset=16 (local.get $at)))))
        (local.set $c (i32x4.add (local.get $c)
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=16 (local.get $row)) (v128.load offset=32 (local.get $at)))))
        (local.set $d (i32x4.add (local.get $d)
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=24 (local.get $row)) (v128.load offset=48 (local.get $at)))))
        (local.set $row (i32.add (local.get $row) (i32.const 32)))
        (br_if $next32 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $queryEnd))))
      (i32.store (local.get $out) (call $sum
        (i32x4.add (i32x4.add (local.get $a) (local.get $b)) (i32x4.add (local.get $c) (local.get $d)))))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $nextRow (i32.lt_u (local.tee $rows (i32.add (local.get $rows) (i32.const 4))) (local.get $end)))))

  ;; The same for four queries that lie one after the other, each row being read once.
  ;; $out: the results of the first query, $stride bytes further on those of the next.
  (func (export "dot4")
    (param $codes i32) (param $rows i32) (param $count i32) (param $query i32) (param $pitch i32) (param $out i32)
    (param $stride i32)
    (local $end i32) (local $row i32) (local $rowEnd i32) (local $q0 i32) (local $q1 i32) (local $q2 i32) (local $q3 i32)
    (local $low v128) (local $high v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (loop $nextRow
      (local.set $row (i32.add (local.get $codes) (i32.mul (i32.load (local.get $rows)) (local.get $pitch))))
      (local.set $rowEnd (i32.add (local.get $row) (local.get $pitch)))
      (local.set $q0 (local.get $query))
      (local.set $q1 (i32.add (local.get $q0) (i32.shl (local.get $pitch) (i32.const 1))))
      (local.set $q2 (i32.add (local.get $q1) (i32.shl (local.get $pitch) (i32.const 1))))
      (local.set $q3 (i32.add (local.get $q2) (i32.shl (local.get $pitch) (i32.const 1))))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (loop $next16
        (local.set $low (v128.load8x8_s (local.get $row)))
        (local.set $high (v128.load8x8_s offset=8 (local.get $row)))
        (local.set $a (i32x4.add (i32x4.add (local.get $a)
          (i32x4.dot_i16x8_s (local.get $low) (v128.load (local.get $q0))))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=16 (local.get $q0)))))
        (local.set $b (i32x4.add (i32x4.add (local.get $b)
          (i32x4.dot_i16x8_s (local.get $low) (v128.load (local.get $q1))))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=16 (local.get $q1)))))
        (local.set $c (i32x4.add (i32x4.add (local.get $c)
          (i32x4.dot_i16x8_s (local.get $low) (v128.load (local.get $q2))))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=16 (local.get $q2)))))
        (local.set $d (i32x4.add (i32x4.add (local.get $d)
          (i32x4.dot_i16x8_s (local.get $low) (v128.load (local.get $q3))))
          (i32x4.dot_i16x8_s (local.get $high) (v128.load offset=16 (local.get $q3)))))
        (local.set $q0 (i32.add (local.get $q0) (i32.const 32)))
        (local.set $q1 (i32.add (local.get $q1) (i32.const 32)))
        (local.set $q2 (i32.add (local.get $q2) (i32.const 32)))
        (local.set $q3 (i32.add (local.get $q3) (i32.const 32)))
        (br_if $next16 (i32.ne (local.tee $row (i32.add (local.get $row) (i32.const 16))) (local.get $rowEnd))))
      (i32.store (local.get $out) (call $sum (local.get $a)))
      (i32.store (i32.add (local.get $out) (local.get $stride)) (call $sum (local.get $b)))
      (i32.store (i32.add (local.get $out) (i32.shl (local.get $stride) (i32.const 1))) (call $sum (local.get $c)))
      (i32.store (i32.add (local.get $out) (i32.mul (local.get $stride) (i32.const 3))) (call $sum (local.get $d)))
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (br_if $nextRow (i32.lt_u (local.tee $rows (i32.add (local.get $rows) (i32.const 4))) (local.get $end)))))

  ;; out[i] = exactScore(query, row rows[i]): the same additions in the same order.
  ;; $vectors: float32, $dimensions a row. $rows: int32. $query and $out: float64.
  (func (export "score")
    (param $vectors i32) (param $rows i32) (param $count i32) (param $query i32) (param $dimensions i32) (param $out i32)
    (local $end i32) (local $row i32) (local $at i32) (local $wholeEnd i32) (local $queryEnd i32)
    (local $s01 v128) (local $s23 v128) (local $s0 f64)
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $dimensions) (i32.const 3))))
    (local.set $wholeEnd
      (i32.add (local.get $query) (i32.shl (i32.and (local.get $dimensions) (i32.const -4)) (i32.const 3))))
    (loop $nextRow
      (local.set $row (i32.add (local.get $vectors)
        (i32.shl (i32.mul (i32.load (local.get $rows)) (local.get $dimensions)) (i32.const 2))))
      (local.set $at (local.get $query))
      (local.set $s01 (v128.const f64x2 0 0))
      (local.set $s23 (v128.const f64x2 0 0))
      (if (i32.lt_u (local.get $at) (local.get $wholeEnd)) (then
        (loop $next4
          (local.set $s01 (f64x2.add (local.get $s01) (f64x2.mul (v128.load (local.get $at))
            (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $row))))))
          (local.set $s23 (f64x2.add (local.get $s23) (f64x2.mul (v128.load offset=16 (local.get $at))
            (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $row))))))
          (local.set $row (i32.add (local.get $row) (i32.const 16)))
          (br_if $next4 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $wholeEnd))))))
      (local.set $s0 (f64x2.extract_lane 0 (local.get $s01)))
      (if (i32.lt_u (local.get $at) (local.get $queryEnd)) (then
        (loop $rest
          (local.set $s0 (f64.add (local.get $s0)
            (f64.mul (f64.load (local.get $at)) (f64.promote_f32 (f32.load (local.get $row))))))
          (local.set $row (i32.add (local.get $row) (i32.const 4)))
          (br_if $rest (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $queryEnd))))))
      (f64.store (local.get $out) (f64.add
        (f64.add (local.get $s0) (f64x2.extract_lane 1 (local.get $s01)))
        (f64.add (f64x2.extract_lane 0 (local.get $s23)) (f64x2.extract_lane 1 (local.get $s23)))))
      (local.set $out (i32.add (local.get $out) (i32.const 8)))
      (br_if $nextRow (i32.lt_u (local.tee $rows (i32.add (local.get $rows) (i32.const 4))) (local.get $end)))))

  ;; Bounds of scores from dot products of codes. With step and error those of row rows[i]:
  ;; approximate[i] = base + step * factor * dots[i], and lower[i] and upper[i] are less and more by
  ;; step * perStep + error * perError + always. Two rows at a time, so the arrays have room for one more.
  ;; $steps, $errors: float32, one for each row of the block. $out: float64, the lower bounds; $stride bytes
  ;; further on the approximations, and again the upper bounds. Returns the largest difference of the two.
  (func (export "bound")
    (param $dots i32) (param $rows i32) (param $count i32) (param $steps i32) (param $errors i32)
    (param $base f64) (param $factor f64) (param $perStep f64) (param $perError f64) (param $always f64)
    (param $out i32) (param $stride i32) (result f64)
    (local $end i32) (local $row0 i32) (local $row1 i32) (local $upper i32)
    (local $step v128) (local $score v128) (local $error v128) (local $largest v128)
    (if (i32.eqz (local.get $count)) (then (return (f64.const 0))))
    (local.set $end (i32.add (local.get $dots) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $upper (i32.add (local.get $out) (i32.shl (local.get $stride) (i32.const 1))))
    (loop $next2
      (local.set $row0 (i32.shl (i32.load (local.get $rows)) (i32.const 2)))
      (local.set $row1 (i32.shl (i32.load offset=4 (local.get $rows)) (i32.const 2)))
      (local.set $step (f64x2.promote_low_f32x4
        (v128.load32_lane 1 (i32.add (local.get $steps) (local.get $row1))
          (v128.load32_zero (i32.add (local.get $steps) (local.get $row0))))))
      (local.set $score (f64x2.add (f64x2.splat (local.get $base))
        (f64x2.mul (f64x2.mul (local.get $step) (f64x2.splat (local.get $factor)))
          (f64x2.convert_low_i32x4_s (v128.load64_zero (local.get $dots))))))
      (local.set $error (f64x2.add
        (f64x2.add
          (f64x2.mul (local.get $step) (f64x2.splat (local.get $perStep)))
          (f64x2.mul
            (f64x2.promote_low_f32x4
              (v128.load32_lane 1 (i32.add (local.get $errors) (local.get $row1))
                (v128.load32_zero (i32.add (local.get $errors) (local.get $row0)))))
            (f64x2.splat (local.get $perError))))
        (f64x2.splat (local.get $always))))
      (local.set $largest (f64x2.max (local.get $largest) (local.get $error)))
      (v128.store (local.get $out) (f64x2.sub (local.get $score) (local.get $error)))
      (v128.store (i32.add (local.get $out) (local.get $stride)) (local.get $score))
      (v128.store (local.get $upper) (f64x2.add (local.get $score) (local.get $error)))
      (local.set $rows (i32.add (local.get $rows) (i32.const 8)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (local.set $upper (i32.add (local.get $upper) (i32.const 16)))
      (br_if $next2 (i32.lt_u (local.tee $dots (i32.add (local.get $dots) (i32.const 8))) (local.get $end))))
    (f64.max (f64x2.extract_lane 0 (local.get $largest)) (f64x2.extract_lane 1 (local.get $largest))))

  ;; Writes down the places of the numbers that are not below a threshold; returns how many there are.
  ;; $numbers: float64, read four at a time. $out: int32.
  (func (export "reaching")
    (param $numbers i32) (param $count i32) (param $threshold f64) (param $out i32) (result i32)
    (local $place i32) (local $stop i32) (local $found i32)
    (loop $next4
      (if (i32.ge_u (local.get $place) (local.get $count)) (then (return (local.get $found))))
      (if (i64x2.all_true (v128.and
            (f64x2.lt (v128.load (local.get $numbers)) (f64x2.splat (local.get $threshold)))
            (f64x2.lt (v128.load offset=16 (local.get $numbers)) (f64x2.splat (local.get $threshold)))))
        (then
          (local.set $place (i32.add (local.get $place) (i32.const 4)))
          (local.set $numbers (i32.add (local.get $numbers) (i32.const 32)))
          (br $next4)))
      (local.set $stop (i32.add (local.get $place) (i32.const 4)))
      (if (i32.gt_u (local.get $stop) (local.get $count)) (then (local.set $stop (local.get $count))))
      (loop $next
        (i32.store (i32.add (local.get $out) (i32.shl (local.get $found) (i32.const 2))) (local.get $place))
        (local.set $found (i32.add (local.get $found)
          (i32.eqz (f64.lt (f64.load (local.get $numbers)) (local.get $threshold)))))
        (local.set $numbers (i32.add (local.get $numbers) (i32.const 8)))
        (br_if $next (i32.lt_u (local.tee $place (i32.add (local.get $place) (i32.const 1))) (local.get $stop))))
      (br $next4))
    (unreachable))

  (func $sum (param $lanes v128) (result i32)
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $lanes)) (i32x4.extract_lane 1 (local.get $lanes)))
      (i32.add (i32x4.extract_lane 2 (local.get $lanes)) (i32x4.extract_lane 3 (local.get $lanes))))))
