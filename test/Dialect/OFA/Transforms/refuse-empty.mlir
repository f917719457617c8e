// RUN: not ofa-opt %s -o %t.out 2>&1 | FileCheck %s
// RUN: not ofa-opt /dev/null -o %t.out 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: test ! -e %t.out

// CHECK: error: expects a module that holds something: is the file cut, or did the left side of a pipe fail?
// EMPTY: error: '/dev/null' is empty: is the file cut, or did the left side of a pipe fail?

#only_an_alias = 1 : i32
