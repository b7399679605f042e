// SPDX-License-Identifier: Apache-2.0
// Declarations of FreeRTOS's API for a check of syntax and types (FreeRTOS Reference Manual V10:
// xTaskCreate, ulTaskNotifyTake, vTaskNotifyGiveFromISR, xSemaphoreCreateMutex).
#ifndef TN_TEST_FREERTOS_H
#define TN_TEST_FREERTOS_H

#include <stddef.h>
#include <stdint.h>

typedef long BaseType_t;
typedef unsigned long UBaseType_t;
typedef uint32_t TickType_t;
typedef uint32_t StackType_t;

#define pdFALSE ((BaseType_t)0)
#define pdTRUE ((BaseType_t)1)
#define portMAX_DELAY ((TickType_t)0xffffffff)
void portYIELD_FROM_ISR(BaseType_t switch_required);

#endif
