export function useSample() {
const formatNorwegianTime = (date: Date) => {
  return new Intl.DateTimeFormat('nb-NO', {
    timeZone: 'Europe/Oslo',
    hour: '2-digit',
    minute: '2-digit'
  }).format(date);
};

  return { formatNorwegianTime };
}
