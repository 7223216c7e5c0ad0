#pragma once
/// Linked for its definitions alone: see stand_ins.c.
