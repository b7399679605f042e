// SPDX-License-Identifier: Apache-2.0
// As FreeRTOS.h.
#ifndef TN_TEST_SEMPHR_H
#define TN_TEST_SEMPHR_H

typedef struct tn_test_semaphore *SemaphoreHandle_t;
SemaphoreHandle_t xSemaphoreCreateMutex(void);
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks);
BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore);

#endif
