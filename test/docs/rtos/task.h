// SPDX-License-Identifier: Apache-2.0
// As FreeRTOS.h.
#ifndef TN_TEST_TASK_H
#define TN_TEST_TASK_H

typedef struct tn_test_task *TaskHandle_t;
#define tskIDLE_PRIORITY ((UBaseType_t)0)
BaseType_t xTaskCreate(void (*code)(void *), const char *name, uint16_t stack_words, void *arg,
        UBaseType_t priority, TaskHandle_t *ret);
uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks);
void vTaskNotifyGiveFromISR(TaskHandle_t task, BaseType_t *has_woken);

#endif
