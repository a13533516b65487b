from japanese.plain_numbers import plain_number as plain_number

LONGEST_NUMBER = 20
